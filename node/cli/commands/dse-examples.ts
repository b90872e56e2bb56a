// `pylon dse examples list | add | edit | remove | import | export`.
import { resolve } from 'node:path';
import { exampleLine, readExampleLine } from '../../../dse/examples/jsonl.ts';
import type { DseExample } from '../../../protocol/dse/example.ts';
import {
  type Dataset,
  EXAMPLES_PAGE_MAX,
  exampleChangeSchema,
  exampleImportSchema,
  exampleSelectionSchema,
  type Kept,
} from '../../../protocol/dse/example-list.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { preview } from '../../../protocol/text.ts';
import type { Engine } from '../../engine/port.ts';
import { checkedFlags } from '../checked-flags.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { readJsonInput } from '../json-input.ts';
import { Notices } from '../notices.ts';
import { escapedJson, printable, printableJson } from '../printable.ts';
import { writeSlowly, writeWhole } from '../write-whole.ts';
import { renderTable } from './history.ts';

const INPUT_CHARS = 60;

/** One line of a list. */
export function exampleCells({ signatureId, exampleId, split, review, tags, inputJson }: DseExample): string[] {
  const cells = [signatureId, exampleId, split, review, tags.join(','), JSON.stringify(inputJson)];
  return cells.map((cell, at) => printable(at === cells.length - 1 ? preview(cell, INPUT_CHARS) : cell));
}

function datasetLine({ signatureId, splits, named, pending, rejected, datasetHash }: Dataset): string {
  const { train, dev, holdout } = splits;
  const rest = `${named === 0 ? '' : `${named} only named, `}${pending} pending, ${rejected} rejected`;
  return `${signatureId}: ${train} train, ${dev} dev, ${holdout} holdout; ${rest}; dataset ${datasetHash.slice(0, 16)}`;
}

export async function list(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const { signature, split, review, tag, after, limit } = flags;
  const selection = checkedFlags(exampleSelectionSchema, { signature, split, review, tag, after, limit });
  const notices = new Notices(context.stderr);
  const { page, datasets } = await withEngine(context, notices, async ({ examples }) => ({
    page: await examples.list(selection),
    datasets: await examples.datasets(selection.signature),
  }));
  if (flags.json === true) {
    context.stdout.write(`${printableJson({ ...page, datasets })}\n`);
    return EXIT.answer;
  }
  context.stdout.write(renderTable(page.examples.map(exampleCells)));
  if (page.examples.length === 0) notices.line('no example: add one, import some, or mine them from runs');
  for (const dataset of datasets) notices.line(datasetLine(dataset));
  if (page.next_after !== null) notices.line(`more of them: --after '${page.next_after}'`);
  return EXIT.answer;
}

function tellKept(context: CliContext, notices: Notices, kept: Kept, flags: Flags): number {
  if (flags.json === true) context.stdout.write(`${printableJson(kept)}\n`);
  else notices.line(`${kept.added} added, ${kept.changed} changed, ${kept.unchanged} as they were`);
  for (const { exampleId, split, besides } of kept.moved)
    notices.line(`${exampleId} is in ${split}: it asks nearly the same as ${besides}`);
  return EXIT.answer;
}

export async function addOne(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signatureId = ''] = words;
  const inputJson = await readJsonInput(context, String(flags.input));
  const expectedJson = await readJsonInput(context, String(flags.expected));
  const { split } = checkedFlags(exampleImportSchema.pick({ split: true }), { split: flags.split });
  if (split === 'auto')
    throw new PylonError('option-invalid', {
      value: 'auto',
      reason: '--split of one example is train, dev or holdout',
    });
  const line = JSON.stringify({ signatureId, inputJson, expectedJson, exampleId: flags.id, tags: flags.tag, split });
  const example = readExampleLine(line, 1, { split });
  const notices = new Notices(context.stderr);
  const kept = await withEngine(context, notices, (engine) => engine.examples.keep([example]));
  if (flags.json !== true) context.stdout.write(`${printable(example.exampleId)}\n`);
  return tellKept(context, notices, kept, flags);
}

export async function edit(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [signatureId = '', exampleId = ''] = words;
  const read = (path: unknown) => (path === undefined ? undefined : readJsonInput(context, String(path)));
  const inputJson = await read(flags.input);
  const expectedJson = await read(flags.expected);
  const given = { inputJson, expectedJson, split: flags.split, tags: flags.tag };
  const change = checkedFlags(exampleChangeSchema, given, {
    inputJson: 'input',
    expectedJson: 'expected',
    tags: 'tag',
  });
  const notices = new Notices(context.stderr);
  const example = await withEngine(context, notices, ({ examples }) => examples.edit(signatureId, exampleId, change));
  if (flags.json === true) context.stdout.write(`${printableJson(example)}\n`);
  else context.stdout.write(renderTable([exampleCells(example)]));
  return EXIT.answer;
}

export async function remove(context: CliContext, words: readonly string[]): Promise<number> {
  const [signatureId = '', exampleId = ''] = words;
  await withEngine(context, new Notices(context.stderr), ({ examples }) => examples.remove(signatureId, exampleId));
  return EXIT.answer;
}

export async function importFile(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const { signature, split } = flags;
  const seed = flags.seed === undefined ? undefined : Number(flags.seed);
  const file = resolve(context.cwd, words[0] ?? '');
  const request = checkedFlags(exampleImportSchema, { file, signature, split, seed });
  const notices = new Notices(context.stderr);
  const kept = await withEngine(context, notices, ({ examples }) => examples.importFile(request));
  return tellKept(context, notices, kept, flags);
}

/** All that pass, page after page. */
async function* allOf({ examples }: Engine, flags: Flags): AsyncGenerator<DseExample> {
  const { signature, split, review } = flags;
  const selection = checkedFlags(exampleSelectionSchema, { signature, split, review, limit: EXAMPLES_PAGE_MAX });
  for (let after: string | null | undefined; after !== null; ) {
    const page = await examples.list({ ...selection, ...(after === undefined ? {} : { after }) });
    yield* page.examples;
    after = page.next_after;
  }
}

async function* linesOf(engine: Engine, flags: Flags): AsyncGenerator<string> {
  for await (const example of allOf(engine, flags)) yield `${exampleLine(example)}\n`;
}

/** To a file as they are; on a terminal with what could steer it written as \\uXXXX, which is the same JSON. */
export async function exportLines(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const path = flags.output === undefined ? undefined : resolve(context.cwd, String(flags.output));
  await withEngine(context, new Notices(context.stderr), async (engine) => {
    if (path !== undefined) return writeWhole(path, linesOf(engine, flags));
    for await (const line of linesOf(engine, flags)) await writeSlowly(context.stdout, escapedJson(line));
  });
  if (path !== undefined) context.stdout.write(`${path}\n`);
  return EXIT.answer;
}
