// An improvement loop that was gone through by the real commands, for the tests of its inspector: examples, a compile, a canary with some
// receipts, a promotion.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import type { CompileReport } from '../../protocol/dse/compile.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import type { Night, NightPage } from '../../protocol/dse/overnight.ts';
import type { DseOverview } from '../../protocol/dse/overview.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import { SELECT_STRATEGY } from '../../protocol/select-strategy.ts';
import { openEmptyStage, type Stage } from './dashboard-stage.ts';

const SIGNATURE = SELECT_STRATEGY.signatureId;
const KINDS = ['log', 'prose', 'code'] as const;
const ASKED = {
  rlm_lite: 'How many users have the label',
  distilled: 'Which error line says what failed in',
  map_reduce: 'What does the author think about',
} as const;
const TOPICS = ['alpha', 'beta', 'gamma', 'delta', 'omega'];
const COUNTS = { train: 40, dev: 25, holdout: 60 } as const;
/** One in so many waits for a person. */
const PENDING_EVERY = 40;
/** Predictions that the canary and its control make. */
const WATCHED = 6;

export interface DseStage {
  readonly stage: Stage;
  readonly signature: string;
  readonly report: CompileReport;
  readonly overview: DseOverview;
}

function inputOf(index: number, strategy: keyof typeof ASKED) {
  const features = { bytes: 1_000_000 + index, files: 1, window_tokens: 8_192, kind: KINDS[index % 3]! };
  return { query: `${ASKED[strategy]} ${TOPICS[index % 5]} ${index}?`, features };
}

function madeExamples(): DseExample[] {
  const strategies = Object.keys(ASKED) as (keyof typeof ASKED)[];
  const splits = Object.entries(COUNTS).flatMap(([split, count]) =>
    Array<DseExample['split']>(count).fill(split as DseExample['split']),
  );
  return splits.map((split, index) => {
    const strategy = strategies[index % strategies.length]!;
    return {
      exampleId: `made:${String(index).padStart(3, '0')}`,
      signatureId: SIGNATURE,
      inputJson: inputOf(index, strategy),
      expectedJson: { strategy },
      split,
      tags: ['made'],
      review: index % PENDING_EVERY === 0 ? 'pending' : 'approved',
      meta: {},
    };
  });
}

/** Starts a canary of the winner with one example less, and has one prediction made. @returns the receipt of that */
export async function countedReceipt({ stage, signature, report }: DseStage): Promise<string> {
  const exported = await succeed(stage, ['dse', 'export', report.chosen?.compiled_id ?? '']);
  const { compiled_id: _, ...winner } = JSON.parse(exported) as CompiledArtifact;
  const params = { ...winner.params, fewShot: winner.params.fewShot?.slice(1) ?? [] };
  const body = { ...winner, params, hashes: { ...winner.hashes, params: canonicalHash(params) } };
  const other = { ...body, compiled_id: canonicalHash(body) };
  const [file, input] = [join(stage.home, 'artifact.json'), join(stage.home, 'asked.json')];
  await writeFile(file, JSON.stringify(other));
  await succeed(stage, ['dse', 'import', file]);
  await succeed(stage, [
    'dse',
    'canary',
    'start',
    signature,
    other.compiled_id,
    '--rollout',
    '50',
    '--reason',
    'shorter',
  ]);
  await writeFile(input, JSON.stringify(inputOf(2_000, 'rlm_lite')));
  const predicted = await succeed(stage, [
    'dse',
    'predict',
    signature,
    '--input',
    input,
    '--backend',
    'extractive',
    '--json',
  ]);
  return (JSON.parse(predicted) as { receipt: PredictReceipt }).receipt.receiptId;
}

async function succeed(stage: Stage, argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await stage.pylon(argv);
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return stdout;
}

let opened: Promise<DseStage> | undefined;

/** The one of this process. */
export function openDseStage(): Promise<DseStage> {
  opened ??= open();
  return opened;
}

/** A home of its own in which a whole night was gone through on the same examples. */
export async function openNightStage(): Promise<{ readonly stage: Stage; readonly night: Night }> {
  const stage = await openEmptyStage();
  await importExamples(stage);
  const options = ['--backend', 'extractive', '--budget-calls', '4000', '--probes', '5', '--min-samples', '10'];
  const night = ['dse', 'overnight', '--signature', SIGNATURE, ...options, '--max-latency-ratio', '1000', '--json'];
  await stage.pylon(night); // whatever came of it is looked at, and not only what is promoted
  const { nights } = await stage.read<NightPage>('/api/dse/nights');
  return { stage, night: nights[0]! };
}

async function importExamples(stage: Stage): Promise<void> {
  const file = join(stage.home, 'examples.jsonl');
  await writeFile(
    file,
    madeExamples()
      .map((example) => `${JSON.stringify(example)}\n`)
      .join(''),
  );
  await succeed(stage, ['dse', 'examples', 'import', file]);
}

async function open(): Promise<DseStage> {
  const stage = await openEmptyStage();
  await importExamples(stage);
  const report = JSON.parse(
    await succeed(stage, ['dse', 'compile', SIGNATURE, '--backend', 'extractive', '--budget-calls', '4000', '--json']),
  ) as CompileReport;
  const winner = report.chosen?.compiled_id ?? '';
  await succeed(stage, ['dse', 'canary', 'start', SIGNATURE, winner, '--rollout', '50', '--reason', 'better on dev']);
  const input = join(stage.home, 'input.json');
  for (let index = 0; index < WATCHED; index++) {
    await writeFile(input, JSON.stringify(inputOf(1_000 + index, 'distilled')));
    await succeed(stage, ['dse', 'predict', SIGNATURE, '--input', input, '--backend', 'extractive']);
  }
  await succeed(stage, ['dse', 'canary', 'stop', SIGNATURE, '--reason', 'seen enough']);
  // Predictions of a millisecond differ in time by chance alone.
  await succeed(stage, ['dse', 'promote', winner, '--max-latency-ratio', '1000']);
  const overview = await stage.read<DseOverview>('/api/dse/overview');
  return { stage, signature: SIGNATURE, report, overview };
}
