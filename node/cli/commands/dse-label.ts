// `pylon dse label`: the examples that wait for a person, and a person's word on one.
import { exampleSelectionSchema, labelSchema } from '../../../protocol/dse/example-list.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { plural } from '../../../protocol/words.ts';
import { checkedFlags } from '../checked-flags.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { readJsonInput } from '../json-input.ts';
import { Notices } from '../notices.ts';
import { printableJson } from '../printable.ts';
import { exampleCells } from './dse-examples.ts';
import { renderTable } from './history.ts';

async function queue(context: CliContext, signature: string | undefined, flags: Flags): Promise<number> {
  const selection = checkedFlags(exampleSelectionSchema, { signature, review: 'pending', limit: flags.limit });
  const notices = new Notices(context.stderr);
  const page = await withEngine(context, notices, ({ examples }) => examples.list(selection));
  if (flags.json === true) context.stdout.write(`${printableJson(page)}\n`);
  else context.stdout.write(renderTable(page.examples.map(exampleCells)));
  if (flags.json === true) return EXIT.answer;
  if (page.examples.length === 0) notices.line('no example waits for a word');
  else
    notices.line(
      `${plural(page.examples.length, 'example')}: pylon dse label <signature> <example> --approve | --correct FILE | --reject`,
    );
  return EXIT.answer;
}

/** @throws PylonError `option-invalid` where there is not exactly one */
function verdictOf(flags: Flags): 'approve' | 'correct' | 'reject' {
  const given = (['approve', 'correct', 'reject'] as const).filter((verdict) => flags[verdict] !== undefined);
  const [verdict, another] = given;
  if (verdict !== undefined && another === undefined) return verdict;
  throw new PylonError('option-invalid', {
    value: given.map((flag) => `--${flag}`).join(' '),
    reason: 'say one of --approve, --correct FILE and --reject',
  });
}

export async function label(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signatureId, exampleId] = words;
  if (exampleId === undefined) return queue(context, signatureId, flags);
  const verdict = verdictOf(flags);
  const expectedJson = verdict === 'correct' ? await readJsonInput(context, String(flags.correct)) : undefined;
  const given = { signatureId, exampleId, verdict, expectedJson, note: flags.note };
  const judged = checkedFlags(labelSchema, given, { expectedJson: 'correct' });
  const notices = new Notices(context.stderr);
  const example = await withEngine(context, notices, ({ examples }) => examples.label(judged));
  if (flags.json === true) context.stdout.write(`${printableJson(example)}\n`);
  else context.stdout.write(renderTable([exampleCells(example)]));
  return EXIT.answer;
}
