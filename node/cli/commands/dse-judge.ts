// `pylon dse judge pin | show`.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemReason } from '../../../ledger/store/fault.ts';
import { type Judge, judgeRequestSchema, type LabelledPair, labelledPairSchema } from '../../../protocol/dse/judge.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { checkedFlags } from '../checked-flags.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';

async function textOf({ cwd }: CliContext, path: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (cause) {
    const reason = systemReason(cause);
    throw new PylonError('input-missing', { value: path, cause, ...(reason === undefined ? {} : { reason }) });
  }
}

/** @throws PylonError `request-invalid` naming the line */
function pairOf(line: string, number: number): LabelledPair {
  const invalid = (reason: string, cause?: unknown) =>
    new PylonError('request-invalid', { value: `line ${number}`, reason, next: 'see docs/compile.md', cause });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw invalid('this is not JSON', cause);
  }
  const pair = labelledPairSchema.safeParse(value);
  if (pair.success) return pair.data;
  const [issue] = pair.error.issues;
  throw invalid(`this is no labelled pair, ${issue?.path.join('.')}: ${issue?.message}`);
}

function tell(context: CliContext, judge: Judge, flags: Flags): number {
  const { judgeHash, model, rubric, agreement } = judge;
  const { n, accuracy, kappa } = agreement;
  const words = [
    `judge ${judgeHash}`,
    `model ${model}`,
    `agrees on ${(accuracy * 100).toFixed(1)} % of ${n} labelled pairs, kappa ${kappa.toFixed(2)}`,
    '',
    rubric,
  ];
  context.stdout.write(flags.json === true ? `${printableJson(judge)}\n` : printable(`${words.join('\n')}\n`));
  return EXIT.answer;
}

export async function pin(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const rubric = (await textOf(context, String(flags.rubric))).trim();
  const lines = (await textOf(context, String(flags.pairs))).split('\n');
  const pairs = lines.flatMap((line, at) => (line.trim() === '' ? [] : [pairOf(line, at + 1)]));
  const minKappa = flags.minKappa === undefined ? undefined : Number(flags.minKappa);
  const { backend, model } = flags;
  const request = checkedFlags(judgeRequestSchema, { rubric, pairs, minKappa, backend, model });
  const judge = await withEngine(context, new Notices(context.stderr), ({ compiles }) =>
    compiles.pinJudge(request, new AbortController().signal),
  );
  return tell(context, judge, flags);
}

export async function show(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const judge = await withEngine(context, new Notices(context.stderr), ({ compiles }) =>
    compiles.judge(words[0] ?? ''),
  );
  return tell(context, judge, flags);
}
