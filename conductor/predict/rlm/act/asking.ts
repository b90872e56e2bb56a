// The actions that ask others: every chunk of a part of the input, one model, a tool. Each is charged before it is asked.

import { canonicalHash } from '../../../../protocol/canonical.ts';
import { PylonError, toPylonError } from '../../../../protocol/errors.ts';
import { sha256Hex } from '../../../../protocol/event.ts';
import type { RecordValue } from '../../../../protocol/records.ts';
import { chargeCall } from '../../charge-call.ts';
import type { ActionOf } from '../actions.ts';
import { placesOf } from '../citations.ts';
import { mergedPlaces } from '../look/parts.ts';
import { ObservationWriter, provenanceOf } from '../observation.ts';
import { placeTable, type Table } from '../vars/table.ts';
import { tableText } from '../vars/var-space.ts';
import type { FanOutResult, Found, Place } from '../world.ts';
import { type Desk, intoOf, type Performed } from './desk.ts';

/** What one model is given at once: a few pages. More is explored, or asked of leaves. */
const SUB_TEXT_CHARS_MAX = 32_000;
const SUB_OUTPUT_CHARS_MAX = 8_192;
const FOUND_CHARS_SHOWN = 300;
/** Different values of a field that an observation counts. */
const VALUES_COUNTED = 8;
const VALUE_CHARS_SHOWN = 40;

export async function extractOverChunks(desk: Desk, action: ActionOf<'ExtractOverChunks'>): Promise<Performed> {
  const { world, variables, budget, signal } = desk;
  const { question, fields, chunkBytes } = action;
  const into = intoOf(desk, action.into, 'found');
  const passages = placesToAsk(desk, action);
  const parts = {
    question,
    ...(fields === undefined ? {} : { fields }),
    ...(passages === undefined ? {} : { passages }),
    ...(chunkBytes === undefined ? {} : { chunkBytes }),
  };
  const asking = canonicalHash(parts);
  refuseRepeated(desk, asking);
  const chunksMax = budget.remaining().maxSubLmCalls ?? 0;
  // Refused as the meter refuses, so that it knows that this limit stopped something.
  if (chunksMax < 1) budget.charge('maxSubLmCalls');
  const result = await world.fanOut({ ...parts, chunksMax }, signal);
  const found = [...result.found].sort(
    (one, other) => one.file - other.file || one.startByte - other.startByte || one.endByte - other.endByte,
  );
  const table =
    fields === undefined
      ? quoteTable(found)
      : recordTable(
          found,
          fields.map(({ name }) => name),
        );
  variables.setTable(into, table);
  const observation = foundObservation(desk, into, table, found, result, fields !== undefined);
  const shortfall = shortfallOf(result);
  const { hash } = variables.describe(into);
  if (shortfall === undefined) desk.answered.set(asking, { name: into, hash });
  return {
    observation,
    news: [`var:${hash}`],
    read: found,
    bytesScanned: result.bytesAnswered,
    subCalls: result.asked,
    ...(shortfall === undefined ? {} : { shortfall }),
  };
}

/** What was asked of every chunk and answered is not bought again. */
function refuseRepeated({ answered, variables }: Desk, asking: string): void {
  const kept = answered.get(asking);
  if (kept === undefined || !variables.has(kept.name) || variables.describe(kept.name).hash !== kept.hash) return;
  throw new PylonError('action-refused', {
    value: kept.name,
    reason: 'this was asked before; what was found is in the variable',
  });
}

function placesToAsk({ world, variables }: Desk, { files, over }: ActionOf<'ExtractOverChunks'>): Place[] | undefined {
  if (over !== undefined) return mergedPlaces(placesOf(over, variables));
  return files === undefined
    ? undefined
    : [...new Set(files)]
        .sort((left, right) => left - right)
        .flatMap((file) => {
          const endByte = world.sources[file]?.bytes;
          if (endByte === undefined)
            throw new PylonError('action-refused', { value: String(file), reason: 'the input has no such file' });
          return endByte === 0 ? [] : [{ file, startByte: 0, endByte, startLine: 1 }];
        });
}

function quoteTable(found: readonly Found[]): Table {
  return placeTable(
    ['text', 'score', 'note'],
    found.map((place) => ({ place, values: [place.quote, place.score, place.note ?? null] })),
  );
}

/** What has no record says nothing about the fields, and is left out. */
function recordTable(found: readonly Found[], fields: readonly string[]): Table {
  return placeTable(
    fields,
    found.flatMap((place) => {
      const { record } = place;
      if (record === undefined) return [];
      return [
        { place, values: fields.map((name): RecordValue => (Object.hasOwn(record, name) ? record[name]! : null)) },
      ];
    }),
  );
}

function foundObservation(
  { world }: Desk,
  into: string,
  table: Table,
  found: readonly Found[],
  result: FanOutResult,
  isRecords: boolean,
) {
  const { chunks, chunksAnswered, asked } = result;
  const writer = new ObservationWriter();
  const rows = table.rows.length;
  writer.header({ origin: 'leaves', into, rows, fields: table.columns, chunks, answered: chunksAnswered, asked });
  if (result.error !== undefined) {
    writer.header({ origin: 'leaves', unanswered: chunks - chunksAnswered, error: result.error.code });
    writer.foreign(result.error.message, 200);
  }
  if (isRecords) {
    for (const line of valueCounts(table)) if (!writer.header(line)) break;
    writer.foreign(tableText(table, 20));
  } else {
    for (const [index, one] of found.entries()) {
      const from = provenanceOf(world.sources[one.file], one);
      if (!writer.header({ ref: `${into}[${index + 1}]`, ...from, trust: 'untrusted', origin: 'leaves' })) break;
      writer.foreign(one.note === undefined ? one.quote : `${one.quote}\n(note: ${one.note})`, FOUND_CHARS_SHOWN);
    }
  }
  return writer.observation(`${rows} rows in ${into}; ${chunksAnswered} of ${chunks} chunks answered, ${asked} asked`);
}

/** How often each value of a field stands there, where there are few: what a controller filters by. */
function valueCounts(table: Table): object[] {
  return table.columns.flatMap((field, column) => {
    if (field.startsWith('_')) return [];
    const counts = new Map<string, number>();
    for (const row of table.rows) {
      const value = String(row[column] ?? '-').slice(0, VALUE_CHARS_SHOWN);
      counts.set(value, (counts.get(value) ?? 0) + 1);
      if (counts.size > VALUES_COUNTED) return [];
    }
    return counts.size === 0
      ? []
      : [{ origin: 'leaves', field, counts: Object.fromEntries(counts), trust: 'untrusted' }];
  });
}

function shortfallOf({ chunks, chunksAnswered, error }: FanOutResult): PylonError | undefined {
  // Where the quorum of the run holds, the rest is not missed.
  if (chunksAnswered >= chunks || error === undefined) return undefined;
  const reason = `${chunks - chunksAnswered} of ${chunks} chunks were not answered${error === undefined ? '' : ` (${error.code})`}`;
  return new PylonError(error?.code === 'budget-limit-reached' ? error.code : 'quorum-not-reached', { reason });
}

export async function subLm(desk: Desk, action: ActionOf<'SubLm'>): Promise<Performed> {
  return action.explore === true ? exploreBelow(desk, action) : askModel(desk, action);
}

async function askModel(desk: Desk, { question, over, into }: ActionOf<'SubLm'>): Promise<Performed> {
  const { world, variables, budget, signal } = desk;
  const name = intoOf(desk, into, 'said');
  const text = await textOf(desk, over);
  if (text.length > SUB_TEXT_CHARS_MAX)
    throw new PylonError('action-refused', {
      value: over,
      reason: `the text has ${text.length} characters, and one model is given ${SUB_TEXT_CHARS_MAX}; explore it, or ask its chunks`,
    });
  const maxOutputChars = chargeCall(budget, SUB_OUTPUT_CHARS_MAX, ['maxSubLmCalls']);
  let written = 0;
  try {
    const said = await world.ask({ question, text, maxOutputChars }, signal);
    const answer = said.text.slice(0, maxOutputChars);
    written = answer.length;
    variables.setText(name, { text: answer });
    const writer = new ObservationWriter();
    writer.header({ origin: 'model', into: name, chars: answer.length, trust: 'untrusted' });
    writer.foreign(answer);
    const observation = writer.observation(`a model's answer in ${name}`);
    return { observation, news: [`var:${sha256Hex(answer)}`], subCalls: 1, usage: said.usage };
  } finally {
    budget.giveBack('maxOutputChars', maxOutputChars - written);
  }
}

/** A row is read from the input again; a variable is what it holds. */
async function textOf({ world, variables }: Desk, ref: string): Promise<string> {
  if (!ref.includes('[')) return variables.text(ref).text;
  const { file, startByte, endByte } = placesOf(ref, variables)[0]!;
  const end = Math.min(endByte, startByte + SUB_TEXT_CHARS_MAX * 3);
  return Buffer.from(await world.read(file, startByte, end)).toString();
}

async function exploreBelow(desk: Desk, { question, over, into }: ActionOf<'SubLm'>): Promise<Performed> {
  const { variables, budget, explore, world } = desk;
  if (explore === undefined)
    throw new PylonError('action-refused', { value: over, reason: 'no deeper exploration is allowed here' });
  const name = intoOf(desk, into, 'said');
  const places = mergedPlaces(placesOf(over, variables));
  budget.charge('maxSubLmCalls');
  const { answer, citations, subCalls, bytesScanned, usage, fault } = await explore(question, places);
  variables.setText(name, { text: answer });
  const cited = `${name.slice(0, 23)}_evidence`;
  variables.setTable(
    cited,
    placeTable(
      ['text'],
      citations.map((place) => ({ place, values: [place.quote] })),
    ),
  );
  const writer = new ObservationWriter();
  writer.header({ origin: 'exploration', into: name, evidence: cited, trust: 'untrusted', error: fault?.code ?? null });
  writer.foreign(answer, 800);
  for (const [index, one] of citations.entries()) {
    const from = provenanceOf(world.sources[one.file], one);
    if (!writer.header({ ref: `${cited}[${index + 1}]`, ...from, trust: 'untrusted', origin: 'exploration' })) break;
    writer.foreign(one.quote, FOUND_CHARS_SHOWN);
  }
  return {
    observation: writer.observation(`an exploration's answer in ${name}, ${citations.length} citations in ${cited}`),
    news: [`var:${sha256Hex(answer)}`],
    read: citations,
    bytesScanned,
    subCalls: subCalls + 1,
    usage,
    ...(fault === undefined ? {} : { shortfall: fault }),
  };
}

export async function toolCall(desk: Desk, { tool, args, into }: ActionOf<'ToolCall'>): Promise<Performed> {
  const { world, variables, budget, signal } = desk;
  const name = intoOf(desk, into, 'tool');
  if (!world.tools.some((known) => known.name === tool)) {
    const names = world.tools.map((known) => known.name).join(', ');
    const reason = names === '' ? 'there are no tools here' : `there is no tool of this name; there are ${names}`;
    throw new PylonError('action-refused', { value: tool, reason });
  }
  budget.charge('maxToolCalls');
  const text = await world.tool({ tool, args: args ?? {} }, signal).catch((thrown: unknown) => {
    throw toPylonError(thrown);
  });
  variables.setText(name, { text });
  const writer = new ObservationWriter();
  writer.header({ origin: `tool:${tool}`, into: name, chars: text.length, trust: 'untrusted' });
  writer.foreign(text);
  return { observation: writer.observation(`${text.length} characters in ${name}`), news: [`var:${sha256Hex(text)}`] };
}
