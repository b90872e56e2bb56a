// `pylon bench examples`, `choices` and `tactic`: measure on drawn tasks with the oracle, in a home of their own, and tell what came of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CliContext } from '../../../node/cli/context.ts';
import type { Flags } from '../../../node/cli/flags.ts';
import { Notices } from '../../../node/cli/notices.ts';
import { printableJson } from '../../../node/cli/printable.ts';
import type { DseExample } from '../../../protocol/dse/example.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { type Settings, settingsOf } from '../settings.ts';
import { Stage } from '../stage.ts';
import { type Choices, choicesOf, examplesIn, type Followed, shownBy } from './choices.ts';
import { strategyExamples } from './select-strategy.ts';
import { learnTactic, tacticWords } from './tactic.ts';

const TARGETS = ['select-strategy'];
const COUNT_DEFAULT = 320;
const TACTIC_COUNT_DEFAULT = 200;
const COUNT_MAX = 10_000;
/** A line for the user after so many. */
const TOLD_EVERY = 40;

function targetOf([name = '']: readonly string[]): string {
  if (TARGETS.includes(name)) return name;
  const reason = `there is no such target; there are ${TARGETS.join(', ')}`;
  throw new PylonError('option-invalid', { value: name, reason });
}

function countOf({ count }: Flags, otherwise: number): number {
  const number = Number(count ?? otherwise);
  if (Number.isInteger(number) && number >= 1 && number <= COUNT_MAX) return number;
  throw new PylonError('option-invalid', { value: `--count ${String(count)}`, reason: `from 1 to ${COUNT_MAX}` });
}

/** How many there are on each side, and of each answer. */
function tally(examples: readonly DseExample[]) {
  const splits: Record<string, number> = {};
  const best: Record<string, number> = {};
  for (const { split, expectedJson } of examples) {
    const { strategy } = expectedJson as { readonly strategy: string };
    splits[split] = (splits[split] ?? 0) + 1;
    best[strategy] = (best[strategy] ?? 0) + 1;
  }
  return { splits, best };
}

/** Works on a stage of its own, in a home that is gone afterwards. */
async function onStage<Result>(
  context: CliContext,
  settings: Settings,
  work: (stage: Stage, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const release = context.onInterrupt(() => controller.abort(new PylonError('interrupted')));
  const home = mkdtempSync(join(tmpdir(), 'pylon-bench-examples-'));
  const { clock, random } = context;
  try {
    const stage = await Stage.open(settings, home, { clock, random, environment: {}, notice: () => undefined });
    try {
      return await work(stage, controller.signal);
    } finally {
      await stage.close();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
    release();
  }
}

/** @throws PylonError `option-invalid` | `interrupted`: then nothing is written */
export async function makeExamples(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const target = targetOf(words);
  const count = countOf(flags, COUNT_DEFAULT);
  const settings = settingsOf(flags.seed === undefined ? {} : { seed: flags.seed });
  const { seed } = settings.conditions;
  const path = resolve(context.cwd, typeof flags.out === 'string' ? flags.out : `${target}.jsonl`);
  const notices = new Notices(context.stderr);
  const made: DseExample[] = [];
  await onStage(context, settings, async (stage, signal) => {
    for await (const example of strategyExamples(stage, stage.tools(signal), { seed, count })) {
      made.push(example);
      if (made.length % TOLD_EVERY === 0) notices.line(`${made.length} of ${count} tasks measured`);
    }
  });
  writeFileSync(path, made.map((example) => `${JSON.stringify(example)}\n`).join(''));
  const told = { target, seed, drawn: count, examples: made.length, ...tally(made), file: path };
  if (flags.json === true) context.stdout.write(`${printableJson(told)}\n`);
  else {
    const sides = Object.entries(told.splits).map(([split, number]) => `${number} ${split}`);
    const best = Object.entries(told.best).map(([strategy, number]) => `${strategy} ${number}`);
    context.stdout.write(`${made.length} examples (${sides.join(', ')}) in ${path}\nbest: ${best.join(', ')}\n`);
  }
  return EXIT.answer;
}

/** The body of `pylon bench tactic`. @throws PylonError as `learnTactic` does */
export async function measureTactic(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const count = countOf(flags, TACTIC_COUNT_DEFAULT);
  const settings = settingsOf(flags.seed === undefined ? {} : { seed: flags.seed });
  const notices = new Notices(context.stderr);
  const out = typeof flags.out === 'string' ? flags.out : `bench-results/tactic-${settings.conditions.seed}`;
  const folder = resolve(context.cwd, out);
  const outcome = await onStage(context, settings, (stage, signal) =>
    learnTactic(stage, { settings, signal, tell: (line) => notices.line(line) }, count, folder),
  );
  const json = printableJson(outcome);
  writeFileSync(join(folder, 'tactic.json'), `${json}\n`);
  context.stdout.write(flags.json === true ? `${json}\n` : tacticWords(outcome));
  notices.line(`tactic.json and tactic-draft.json are in ${folder}`);
  return EXIT.answer;
}

function choiceWords(all: readonly Choices[]): string {
  const row = (name: string, { right, score, tokens }: Followed) =>
    `  ${name.padEnd(20)}  ${right.toFixed(3)}  ${score.toFixed(3)}  ${Math.round(tokens)}`;
  const parts = all.map(({ split, examples, rules, artifact, best }) => [
    `${split}, ${examples} examples: best chosen, score, tokens of a task`,
    row('the table of rules', rules),
    ...(artifact === null ? [] : [row('the artifact', artifact)]),
    row('always the best', best),
  ]);
  return `${parts.flat().join('\n')}\n`;
}

/** The body of `pylon bench choices`. @throws PylonError `input-unreadable` | `example-invalid` | `artifact-invalid` */
export async function measureChoices(
  context: CliContext,
  [file = '']: readonly string[],
  flags: Flags,
): Promise<number> {
  const examples = examplesIn(resolve(context.cwd, file));
  const shown = typeof flags.artifact === 'string' ? shownBy(resolve(context.cwd, flags.artifact)) : undefined;
  const choices = choicesOf(examples, shown);
  context.stdout.write(flags.json === true ? `${printableJson(choices)}\n` : choiceWords(choices));
  return EXIT.answer;
}
