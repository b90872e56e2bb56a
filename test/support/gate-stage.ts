// A gate with everything around it made up: a store on disk, an artifact whose compile chose it, held-out examples, and predictions that
// are right as often as the test says.
import { join } from 'node:path';
import { catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { artifactOf } from '../../dse/compile/artifact.ts';
import { evaluationOf } from '../../dse/compile/evaluate.ts';
import type { Predictor, Trial } from '../../dse/compile/predictor.ts';
import { datasetHash } from '../../dse/examples/dataset.ts';
import { heldOut } from '../../dse/examples/visible.ts';
import { type GatePorts, promote } from '../../dse/promote/promote.ts';
import { looksAt } from '../../ledger/dse/looks.ts';
import { type PointerMover, Promotions } from '../../ledger/dse/promotions.ts';
import { type Row, Store } from '../../ledger/store/store.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { CompiledArtifact } from '../../protocol/dse/artifact.ts';
import type { CompileJob, CompileReport } from '../../protocol/dse/compile.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import type { PromoteRequest } from '../../protocol/dse/promotion.ts';
import { PylonError } from '../../protocol/errors.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';
import { VERIFIER, type VerifierInput } from '../../protocol/signature.ts';
import { madeExample } from './made-examples.ts';
import { seededRandom } from './seeded-random.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ENTRY = catalogueEntry(VERIFIER.signatureId)!;
const RIGHT = { supported: true, unsupported: [] };
const WRONG = { supported: false, unsupported: ['all of it'] };

export interface GateWorld {
  /** Held-out examples. */
  readonly rows: number;
  /** Of the examples by their numbers, those that each is right about. */
  readonly baselineRight: (number: number) => boolean;
  readonly candidateRight: (number: number) => boolean;
  /** In the place of an answer, where a test wants it. */
  readonly trial?: (number: number, isCandidate: boolean) => Partial<Trial> | undefined;
}

export const BETTER: GateWorld = { rows: 100, baselineRight: (n) => n % 10 < 6, candidateRight: (n) => n % 10 < 9 };

const JOB: CompileJob = {
  signatureId: VERIFIER.signatureId,
  base: ENTRY.defaults,
  space: { repairsMax: [1, 2] },
  optimizer: 'exhaustive',
  reward: 'exact_json',
  judgeHash: null,
  model: 'openai:scripted',
  seed: 1,
  budget: { maxCalls: 100, maxMsat: 0, maxTimeMs: 60_000 },
};

/** The compile that chose it. */
function reportOf({ jobHash, datasetHash: dataset, compiled_id, hashes }: CompiledArtifact): CompileReport {
  return {
    reportId: `${jobHash}${dataset}`,
    jobHash,
    datasetHash: dataset,
    job: JOB,
    status: 'done',
    startedAtMs: 0,
    endedAtMs: 1,
    candidates: [],
    proposalsAffordable: 2,
    calls: 2,
    cacheHits: 0,
    spentMsat: 0,
    chosen: { paramsHash: hashes.params, compiled_id, why: 'the best of dev' },
    error: null,
  };
}

/** @param world by default, of the ten last digits of an example's number the baseline is right about six, the candidate about nine */
export async function openGate(test: { teardown(undo: () => Promise<void>): void }, world: GateWorld = BETTER) {
  const store = await Store.open(join(await temporaryFolder(test), 'store'));
  test.teardown(() => store.close());
  const params = { ...ENTRY.defaults, repairsMax: 2 };
  let examples: DseExample[] = [
    madeExample(1_001),
    ...Array.from({ length: world.rows }, (_, at) => madeExample(at, { split: 'holdout' })),
  ];
  const made = { jobHash: canonicalHash(JOB), datasetHash: datasetHash(examples) };
  const artifact = artifactOf(ENTRY, params, made);
  let report: CompileReport | undefined = reportOf(artifact);
  const inForce = { compiledId: DEFAULT_COMPILED_ID as string, params: ENTRY.defaults };
  const moves: (Parameters<PointerMover['promote']>[0] & { readonly beside: number })[] = [];
  const pointers: PointerMover = {
    async promote(move, beside: readonly Row[]) {
      if (inForce.compiledId !== move.expected) throw new PylonError('pointer-moved', { value: inForce.compiledId });
      await store.write(beside, { sync: true });
      moves.push({ ...move, beside: beside.length });
      const { expected: previous, ...row } = move;
      inForce.compiledId = move.compiled_id;
      return { ...row, revision: moves.length - 1, action: 'promote', previous };
    },
  };
  const asked: { readonly number: number; readonly isCandidate: boolean }[] = [];
  const predictor: Predictor = {
    model: JOB.model,
    async predict({ input, params: given }): Promise<Trial> {
      const number = Number((input as VerifierInput).query.match(/\d+/)?.[0]);
      const isCandidate = given.repairsMax === 2;
      asked.push({ number, isCandidate });
      const isRight = (isCandidate ? world.candidateRight : world.baselineRight)(number);
      const usage = { calls: 1, input_tokens: 10, output_tokens: 5 };
      const usual = { output: isRight ? RIGHT : WRONG, error: null, usage, costMsat: 0, latencyMs: 20 };
      return { ...usual, ...world.trial?.(number, isCandidate) };
    },
  };
  const promotions = new Promotions(store, pointers);
  const random = seededRandom(7);
  let nowMs = 1_700_000_000_000;
  const ports: GatePorts = {
    clock: { now: () => nowMs++ },
    random,
    promotions,
    async artifact(given) {
      if (artifact.compiled_id.startsWith(given)) return artifact;
      throw new PylonError('artifact-unknown', { value: given });
    },
    active: () => ({ ...inForce }),
    report: async () => report,
    holdout: async () => ({
      datasetHash: datasetHash(examples),
      holdoutHash: datasetHash(heldOut(examples)),
      examples: heldOut(examples),
    }),
    evaluation: async (its, by) => evaluationOf(its, { predictor, by }),
  };
  return {
    store,
    artifact,
    promotions,
    inForce,
    moves,
    /** Predictions that were made, in order. */
    asked,
    promote: (more: Partial<PromoteRequest> = {}, signal = new AbortController().signal) =>
      promote(ports, { compiled_id: artifact.compiled_id, ...more }, signal),
    looks: () => looksAt(store, VERIFIER.signatureId),
    setExamples: (change: (examples: DseExample[]) => DseExample[]) => {
      examples = change(examples);
    },
    setReport: (change: (report: CompileReport) => CompileReport | undefined) => {
      report = report === undefined ? undefined : change(report);
    },
    /** Rows under every key. */
    async rows() {
      const keys: string[] = [];
      for await (const key of store.keys({ gte: '', lt: '~' })) keys.push(key);
      return keys;
    },
  };
}
