// Labelled examples in the store: one row each, in the order of signature and id, changed together or not at all. What an example has to
// be is not known here (dse/examples).
import { canonicalJson } from '../../protocol/canonical.ts';
import { type DseExample, exampleSchema } from '../../protocol/dse/example.ts';
import type { ExamplePage, ExampleSelection } from '../../protocol/dse/example-list.ts';
import { PylonError } from '../../protocol/errors.ts';
import { ALL_EXAMPLES, exampleKey, examplesOfSignature, type KeyRange } from '../store/keys.ts';
import { del, put, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';

/** A page ends with the example that passes it: one alone has at most EXAMPLE_BYTES_MAX. */
const PAGE_CHARS_MAX = 4_194_304;

export class ExampleTable {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws PylonError `store-*` */
  async get(signatureId: string, exampleId: string): Promise<DseExample | undefined> {
    const key = exampleKey(signatureId, exampleId);
    const json = await this.#store.value(key);
    return json === undefined ? undefined : readExample(json, key);
  }

  /** In order. @param signatureId of all signatures when absent. @throws PylonError `store-*` */
  async *all(signatureId?: string): AsyncGenerator<DseExample> {
    for await (const [key, bytes] of this.#store.rows(rangeOf(signatureId)))
      yield readExample(decodeValue(bytes, key), key);
  }

  /** @throws PylonError `request-invalid` for a cursor that is none, `store-*` */
  async page({ signature, split, review, tag, after, limit }: ExampleSelection): Promise<ExamplePage> {
    const range = rangeOf(signature);
    const from = after === undefined ? range : { gte: `${afterKey(after, range)}\0`, lt: range.lt };
    const examples: DseExample[] = [];
    let chars = 0;
    for await (const [key, bytes] of this.#store.rows(from)) {
      const json = decodeValue(bytes, key);
      const example = readExample(json, key);
      if (split !== undefined && example.split !== split) continue;
      if (review !== undefined && example.review !== review) continue;
      if (tag !== undefined && !example.tags.includes(tag)) continue;
      if (examples.length === limit || chars > PAGE_CHARS_MAX) return { examples, next_after: cursorOf(examples) };
      examples.push(example);
      chars += String(json).length;
    }
    return { examples, next_after: null };
  }

  /** Writes all of them, synced, or none. @throws PylonError `store-failed` */
  async write(examples: readonly DseExample[]): Promise<void> {
    if (examples.length === 0) return;
    const rows = examples.map((example) =>
      // As JSON: what comes out is what went in, also where a name or a number is an odd one.
      put(exampleKey(example.signatureId, example.exampleId), encodeValue(canonicalJson(example))),
    );
    await this.#store.write(rows, { sync: true });
  }

  /** @throws PylonError `store-failed` */
  remove(signatureId: string, exampleId: string): Promise<void> {
    return this.#store.write([del(exampleKey(signatureId, exampleId))], { sync: true });
  }
}

function rangeOf(signatureId: string | undefined): KeyRange {
  return signatureId === undefined ? ALL_EXAMPLES : examplesOfSignature(signatureId);
}

function readExample(json: unknown, key: string): DseExample {
  const parsed = typeof json === 'string' ? exampleSchema.safeParse(JSON.parse(json)) : undefined;
  if (parsed?.success === true) return parsed.data;
  throw new PylonError('store-corrupt', { value: key, reason: 'an example of the store is damaged' });
}

function cursorOf(examples: readonly DseExample[]): string | null {
  const last = examples.at(-1);
  return last === undefined ? null : JSON.stringify([last.signatureId, last.exampleId]);
}

function afterKey(cursor: string, range: KeyRange): string {
  const invalid = () =>
    new PylonError('request-invalid', { value: cursor, reason: 'after: is no cursor of this list' });
  let place: unknown;
  try {
    place = JSON.parse(cursor);
  } catch (cause) {
    throw new PylonError('request-invalid', { value: cursor, reason: 'after: is no cursor of this list', cause });
  }
  if (!Array.isArray(place) || place.length !== 2 || !place.every((part) => typeof part === 'string')) throw invalid();
  const key = exampleKey(place[0] as string, place[1] as string);
  if (key < range.gte || key >= range.lt) throw invalid();
  return key;
}
