// The actions that look at the input: Preview, Search, Load, Chunk. They cost nothing but the step, and ask nobody.
import { PylonError } from '../../../../protocol/errors.ts';
import { CHUNK_BYTES_DEFAULT } from '../../../../protocol/limits.ts';
import { countFeeds } from '../../../cut/chunks.ts';
import { type ActionOf, HITS_DEFAULT, LOAD_BYTES_MAX } from '../actions.ts';
import { placesOf } from '../citations.ts';
import { characterEnd } from '../look/blocks.ts';
import { mergedPlaces } from '../look/parts.ts';
import { ObservationWriter, provenanceOf, shortPath } from '../observation.ts';
import { placeTable, ROWS_MAX, type Table } from '../vars/table.ts';
import { tableText } from '../vars/var-space.ts';
import type { Passage, Place } from '../world.ts';
import { type Desk, intoOf, type Performed, placeKey } from './desk.ts';

const PREVIEW_BYTES = 8_192;
const HIT_CHARS_SHOWN = 400;
/** Read on each side of a row for the lines round it. */
const CONTEXT_BYTES_MAX = 65_536;

export async function preview(desk: Desk, action: ActionOf<'Preview'>): Promise<Performed> {
  const from = action.from ?? 0;
  if (action.var !== undefined) return previewVariable(desk, action.var, from);
  if (action.file !== undefined) return previewFile(desk, action.file, from);
  const { sources } = desk.world;
  const writer = new ObservationWriter();
  writer.header({ origin: 'sources', from, total: sources.length });
  for (const { file, path, bytes } of sources.slice(from))
    if (!writer.header({ file, path: shortPath(path), bytes })) break;
  return { observation: writer.observation(`${sources.length} sources`), news: [`sources:${from}`] };
}

async function previewFile(desk: Desk, file: number, from: number): Promise<Performed> {
  const size = desk.world.sources[file]?.bytes;
  if (size === undefined) throw refused(String(file), 'the input has no such file');
  const end = Math.min(size, from + PREVIEW_BYTES);
  const place = from === 0 ? { file, startByte: 0, endByte: end, startLine: 1 } : await locate(desk, file, from, end);
  const { text, passage } = await readText(desk, place);
  const observation = shown(desk, 'preview', passage, text).observation(`${shownWords(passage)} of ${size} bytes`);
  return { observation, news: [placeKey(passage)], read: [passage] };
}

async function locate(desk: Desk, file: number, startByte: number, endByte: number): Promise<Place> {
  return desk.world.locate(file, Math.min(startByte, endByte), endByte, desk.signal);
}

function previewVariable({ variables }: Desk, name: string, from: number): Performed {
  const { hash, kind, rows } = variables.describe(name);
  const writer = new ObservationWriter();
  if (kind === 'table') {
    const table = variables.table(name);
    writer.header({ origin: 'variable', name, from, rows, fields: table.columns, trust: 'untrusted' });
    writer.foreign(tableText({ columns: table.columns, rows: table.rows.slice(from, from + 200) }));
  } else {
    const { text } = variables.text(name);
    writer.header({ origin: 'variable', name, from, chars: text.length, trust: 'untrusted' });
    writer.foreign(text.slice(from).replace(/^[\udc00-\udfff]/, ''));
  }
  return { observation: writer.observation(`${name} from ${from}`), news: [`var:${hash}:${from}`] };
}

export async function search(desk: Desk, action: ActionOf<'Search'>): Promise<Performed> {
  const { world, variables, signal } = desk;
  const { text, mode = 'literal', ignoreCase = true, max: hitsMax = HITS_DEFAULT, files, over } = action;
  const into = intoOf(desk, action.into, 'search');
  const within = over === undefined ? {} : { passages: mergedPlaces(placesOf(over, variables)) };
  const request = { mode, text, ignoreCase, hitsMax, ...(files === undefined ? {} : { files }), ...within };
  const { hits, matches, bytesScanned } = await world.search(request, signal);
  variables.setTable(
    into,
    placeTable(
      ['text', 'score'],
      hits.map((hit) => ({ place: hit, values: [hit.text, hit.score] })),
    ),
  );
  const writer = new ObservationWriter();
  writer.header({ origin: 'search', mode, matches, kept: hits.length, into, bytesScanned });
  for (const [index, hit] of hits.entries()) {
    const from = provenanceOf(world.sources[hit.file], hit);
    if (!writer.header({ ref: `${into}[${index + 1}]`, ...from, trust: 'untrusted', origin: 'search' })) break;
    writer.foreign(hit.text, HIT_CHARS_SHOWN);
  }
  const observation = writer.observation(`${matches} lines match; ${hits.length} rows in ${into}`);
  return { observation, news: hits.map(placeKey), read: hits, bytesScanned };
}

export async function load(desk: Desk, action: ActionOf<'Load'>): Promise<Performed> {
  const into = intoOf(desk, action.into, 'load');
  const place = await placeToLoad(desk, action);
  const end = Math.min(place.endByte, place.startByte + LOAD_BYTES_MAX);
  const { text, passage } = await readText(desk, { ...place, endByte: end });
  desk.variables.setText(into, { text, passage });
  const writer = shown(desk, 'load', passage, text, into);
  const cut = end < place.endByte ? `, cut after ${LOAD_BYTES_MAX} bytes` : '';
  const observation = writer.observation(`${shownWords(passage)} in ${into}${cut}`);
  return { observation, news: [placeKey(passage)], read: [passage] };
}

async function placeToLoad(desk: Desk, action: ActionOf<'Load'>): Promise<Place> {
  const { world, variables, signal } = desk;
  const { ref, file, startByte, endByte, startLine, endLine, before, after } = action;
  if (ref !== undefined) {
    const place = placesOf(ref, variables)[0]!;
    return before === undefined && after === undefined ? place : widened(desk, place, before ?? 0, after ?? 0);
  }
  const size = file === undefined ? undefined : world.sources[file]?.bytes;
  if (file === undefined || size === undefined)
    throw refused(String(file), 'name a row ("ref") or a file of the input ("file")');
  if (startLine !== undefined)
    return world.lines(file, startLine, Math.max(startLine, endLine ?? startLine + 20), signal);
  const start = Math.min(startByte ?? 0, size);
  const end = Math.min(size, Math.max(start, endByte ?? start + PREVIEW_BYTES));
  return locate(desk, file, start, Math.min(end, start + LOAD_BYTES_MAX));
}

/** A place with the rest of its line, and lines before and behind it. */
async function widened({ world }: Desk, place: Place, before: number, after: number): Promise<Place> {
  const size = world.sources[place.file]?.bytes ?? place.endByte;
  const top = Math.max(0, place.startByte - CONTEXT_BYTES_MAX);
  const above = Buffer.from(await world.read(place.file, top, place.startByte));
  let start = lineStart(above, above.length);
  for (let line = 0; line < before && start > 0; line++) start = lineStart(above, start - 1);
  const bottom = Math.min(size, place.endByte + CONTEXT_BYTES_MAX);
  const below = Buffer.from(await world.read(place.file, place.endByte, bottom));
  let end = 0;
  for (let line = 0; line <= after && end < below.length; line++) {
    const feed = below.indexOf(10, end);
    end = feed < 0 ? below.length : feed + 1;
  }
  return {
    file: place.file,
    startByte: top + start,
    endByte: place.endByte + end,
    startLine: place.startLine - countFeeds(above.subarray(start)),
  };
}

/** Where the line begins that the byte before `at` is on. */
function lineStart(bytes: Buffer, at: number): number {
  return at < 1 ? 0 : bytes.lastIndexOf(10, at - 1) + 1;
}

/** The text of a place, without half characters at its ends, and where exactly it stands. */
async function readText({ world }: Desk, place: Place): Promise<{ text: string; passage: Passage }> {
  const bytes = Buffer.from(await world.read(place.file, place.startByte, place.endByte));
  let first = 0;
  while (first < 3 && first < bytes.length && (bytes[first]! & 0xc0) === 0x80) first++;
  const whole = bytes.subarray(first, Math.max(first, characterEnd(bytes, bytes.length)));
  const startByte = place.startByte + first;
  const endLine = place.startLine + countFeeds(whole.subarray(0, Math.max(0, whole.length - 1)));
  return { text: whole.toString(), passage: { ...place, startByte, endByte: startByte + whole.length, endLine } };
}

function shown({ world }: Desk, origin: string, passage: Passage, text: string, into?: string): ObservationWriter {
  const writer = new ObservationWriter();
  const from = provenanceOf(world.sources[passage.file], passage);
  writer.header({ ...from, trust: 'untrusted', origin, ...(into === undefined ? {} : { into }) });
  writer.foreign(text);
  return writer;
}

function shownWords({ file, startByte, endByte, startLine, endLine }: Passage): string {
  return `file ${file}, bytes ${startByte}-${endByte}, lines ${startLine}-${endLine}`;
}

export async function chunk(desk: Desk, action: ActionOf<'Chunk'>): Promise<Performed> {
  const { world, variables, signal } = desk;
  const { files, over, bytes: chunkBytes = CHUNK_BYTES_DEFAULT } = action;
  const into = intoOf(desk, action.into, 'chunks');
  const within = over === undefined ? {} : { passages: mergedPlaces(placesOf(over, variables)) };
  const request = { chunkBytes, chunksMax: ROWS_MAX, ...(files === undefined ? {} : { files }), ...within };
  const passages = await world.cut(request, signal);
  const table: Table = placeTable(
    ['bytes', 'lines'],
    passages.map((place) => ({
      place,
      values: [place.endByte - place.startByte, place.endLine - place.startLine + 1],
    })),
  );
  variables.setTable(into, table);
  const bytesScanned = passages.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
  const writer = new ObservationWriter();
  writer.header({ origin: 'chunk', chunks: passages.length, bytes: bytesScanned, into });
  return { observation: writer.observation(`${passages.length} chunks in ${into}`), news: [], bytesScanned };
}

function refused(value: string, reason: string): PylonError {
  return new PylonError('action-refused', { value, reason });
}
