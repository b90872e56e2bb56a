// Whether what an answer cites is text of the input: each reference is followed to its bytes, and these are read from the input once more.
import { isUtf8 } from 'node:buffer';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import { CITATIONS_MAX, QUOTE_CHARS_MAX } from '../../../protocol/limits.ts';
import { countFeeds } from '../../cut/chunks.ts';
import { QuoteLocator } from '../../signatures/locate.ts';
import { cutQuote } from '../fit.ts';
import { type EvidenceRef, SEARCH_CHARS_MAX } from './actions.ts';
import { characterEnd } from './look/blocks.ts';
import type { VarSpace } from './vars/var-space.ts';
import type { Passage, Place, World } from './world.ts';

/** Bytes of the user's input, read from it and quoted exactly. */
export interface Citation extends Passage {
  readonly path: string;
  readonly quote: string;
}

/** Rows of a variable in which a quote is looked for. */
const ROWS_SEARCHED = 24;
/** Read round a hit to find a quote of several lines. */
const BEHIND_BYTES = 32_768;
const QUOTE_BYTES_MAX = QUOTE_CHARS_MAX * 3;

/** The citations of one piece of evidence: several where it is a variable of several rows. @throws PylonError where it is not in the input */
export async function citationsOf(
  ref: EvidenceRef,
  variables: VarSpace,
  world: World,
  signal: AbortSignal,
): Promise<Citation[]> {
  if (typeof ref === 'string') {
    const places = placesOf(ref, variables).slice(0, CITATIONS_MAX);
    const cited: Citation[] = [];
    for (const place of places) cited.push(await cite(place, world));
    return cited;
  }
  if ('quote' in ref) return [await cite(await findQuote(ref, variables, world, signal), world)];
  const end = Math.min(ref.endByte, ref.startByte + QUOTE_BYTES_MAX);
  return [await cite(await world.locate(ref.file, ref.startByte, end, signal), world)];
}

/** `hits` or `hits[3]`. @throws PylonError `action-refused` where it has no place in the input */
export function placesOf(ref: string, variables: VarSpace): Place[] {
  const [, name = '', row] = /^(\w+)(?:\[(\d+)\])?$/.exec(ref) ?? [];
  const all = variables.places(name);
  const places = row === undefined ? all : all.slice(Number(row) - 1, Number(row));
  if (places.length > 0) return places;
  const reason = all.length > 0 ? 'there is no such row' : 'it has no place in the input, and cannot be cited';
  throw new PylonError('action-refused', { value: ref, reason });
}

/** @throws PylonError `action-refused` where the bytes are no text */
async function cite(place: Place, world: World): Promise<Citation> {
  const path = world.sources[place.file]?.path;
  if (path === undefined) throw notThere(`file ${place.file}`);
  const end = Math.min(place.endByte, place.startByte + QUOTE_BYTES_MAX);
  const bytes = Buffer.from(await world.read(place.file, place.startByte, end));
  const whole = end === place.endByte ? bytes : bytes.subarray(0, characterEnd(bytes, bytes.length));
  if (whole.length === 0 || !isUtf8(whole)) throw notThere(`${place.file}:${place.startByte}-${place.endByte}`);
  const text = whole.toString();
  // Without its line end, as everything is cited.
  const quote = cutQuote(text.replace(/\r?\n$/, '') || text);
  const length = Buffer.byteLength(quote);
  const endLine = place.startLine + countFeeds(whole.subarray(0, Math.max(0, length - 1)));
  return { ...place, endByte: place.startByte + length, endLine, path, quote };
}

function notThere(value: string): PylonError {
  return new PylonError('action-refused', { value, reason: 'this is not text of the input' });
}

type Quoted = Extract<EvidenceRef, { quote: string }>;

async function findQuote(ref: Quoted, variables: VarSpace, world: World, signal: AbortSignal): Promise<Place> {
  if (ref.ref !== undefined) {
    for (const place of placesOf(ref.ref, variables).slice(0, ROWS_SEARCHED)) {
      const found = await quoteWithin(ref.quote, place, world);
      if (found !== undefined) return found;
    }
    throw notThere(ref.quote);
  }
  // Its longest line finds the place, the whole is then located there: line ends may be written in another way.
  const wanted = longestLine(ref.quote);
  if (wanted === '') throw notThere(ref.quote);
  const files = ref.file === undefined ? {} : { files: [ref.file] };
  const request = { mode: 'literal', text: wanted, ignoreCase: false, hitsMax: ROWS_SEARCHED, ...files } as const;
  const { hits } = await world.search(request, signal);
  const lead = Buffer.byteLength(ref.quote);
  for (const hit of hits) {
    const size = world.sources[hit.file]?.bytes ?? 0;
    const startByte = Math.max(0, hit.startByte - lead - 4);
    const endByte = Math.min(size, hit.endByte + Math.min(BEHIND_BYTES, lead + 4));
    const before = Buffer.from(await world.read(hit.file, startByte, hit.startByte));
    const place = { file: hit.file, startByte, endByte, startLine: hit.startLine - countFeeds(before) };
    const found = await quoteWithin(ref.quote, place, world);
    if (found !== undefined) return found;
  }
  throw notThere(ref.quote);
}

function longestLine(quote: string): string {
  const lines = quote.split(/\r?\n/).map((line) => line.trim());
  const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), '');
  return cutQuote(longest, SEARCH_CHARS_MAX);
}

/** Where exactly the quote stands in the place, white space apart. */
async function quoteWithin(quote: string, place: Place, world: World): Promise<Place | undefined> {
  const end = Math.min(place.endByte, place.startByte + 4 * BEHIND_BYTES);
  const bytes = Buffer.from(await world.read(place.file, place.startByte, end));
  const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  const text = bytes.subarray(Math.max(0, first)).toString();
  const found = new QuoteLocator(text).find(quote, undefined);
  if (found === undefined || text.slice(found.start, found.end).includes('\ufffd')) return undefined;
  const before = text.slice(0, found.start);
  const startByte = place.startByte + Math.max(0, first) + Buffer.byteLength(before);
  return {
    file: place.file,
    startByte,
    endByte: startByte + Buffer.byteLength(text.slice(found.start, found.end)),
    startLine: place.startLine + before.split('\n').length - 1,
  };
}

/** The citations of all the evidence that is in the input, and what is wrong with the rest. */
export async function citeAll(
  evidence: readonly EvidenceRef[],
  variables: VarSpace,
  world: World,
  signal: AbortSignal,
): Promise<{ citations: Citation[]; numbers: (number | undefined)[]; faults: string[] }> {
  const citations: Citation[] = [];
  const numbers: (number | undefined)[] = [];
  const faults: string[] = [];
  for (const [index, ref] of evidence.entries()) {
    if (citations.length >= CITATIONS_MAX) {
      numbers.push(undefined);
      continue;
    }
    try {
      const cited = await citationsOf(ref, variables, world, signal);
      const known = citations.findIndex((one) => cited[0] !== undefined && isSame(one, cited[0]));
      numbers.push(known < 0 ? citations.length + 1 : known + 1);
      for (const one of cited)
        if (citations.length < CITATIONS_MAX && !citations.some((other) => isSame(one, other))) citations.push(one);
    } catch (thrown) {
      const error = toPylonError(thrown);
      if (error.code === 'internal') throw error;
      numbers.push(undefined);
      faults.push(`evidence ${index + 1}: ${error.reason}`);
    }
  }
  return { citations, numbers, faults };
}

function isSame(one: Citation, other: Citation): boolean {
  return one.file === other.file && one.startByte === other.startByte && one.endByte === other.endByte;
}
