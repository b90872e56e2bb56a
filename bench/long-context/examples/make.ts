// `pylon bench examples`: measures strategies on drawn tasks with the oracle, in a home of its own, and writes what came of it as examples.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CliContext } from '../../../node/cli/context.ts';
import type { Flags } from '../../../node/cli/flags.ts';
import { Notices } from '../../../node/cli/notices.ts';
import { printableJson } from '../../../node/cli/printable.ts';
import type { DseExample } from '../../../protocol/dse/example.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { settingsOf } from '../settings.ts';
import { Stage } from '../stage.ts';
import { strategyExamples } from './select-strategy.ts';

const TARGETS = ['select-strategy'];
const COUNT_DEFAULT = 320;
const COUNT_MAX = 10_000;
/** A line for the user after so many. */
const TOLD_EVERY = 40;

function targetOf([name = '']: readonly string[]): string {
  if (TARGETS.includes(name)) return name;
  const reason = `there is no such target; there are ${TARGETS.join(', ')}`;
  throw new PylonError('option-invalid', { value: name, reason });
}

function countOf({ count = COUNT_DEFAULT }: Flags): number {
  const number = Number(count);
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

/** @throws PylonError `option-invalid` | `interrupted`: then nothing is written */
export async function makeExamples(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const target = targetOf(words);
  const count = countOf(flags);
  const settings = settingsOf(flags.seed === undefined ? {} : { seed: flags.seed });
  const { seed } = settings.conditions;
  const path = resolve(context.cwd, typeof flags.out === 'string' ? flags.out : `${target}.jsonl`);
  const notices = new Notices(context.stderr);
  const controller = new AbortController();
  const release = context.onInterrupt(() => controller.abort(new PylonError('interrupted')));
  const home = mkdtempSync(join(tmpdir(), 'pylon-bench-examples-'));
  const made: DseExample[] = [];
  try {
    const { clock, random } = context;
    const stage = await Stage.open(settings, home, { clock, random, environment: {}, notice: () => undefined });
    try {
      for await (const example of strategyExamples(stage, stage.tools(controller.signal), { seed, count })) {
        made.push(example);
        if (made.length % TOLD_EVERY === 0) notices.line(`${made.length} of ${count} tasks measured`);
      }
    } finally {
      await stage.close();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
    release();
  }
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
