// The variables of an exploration: small JSON, or a reference to a blob. The controller's state is made of what `describe` says, which
// is sizes and names, never the text.
import { PylonError } from '../../../../protocol/errors.ts';
import type { Passage, Place } from '../world.ts';
import { type BlobRef, BlobStore } from './blob-store.ts';
import type { Computed, Scalar, Variables } from './compute.ts';
import { hasSpans, placeOf, type Row, type Table } from './table.ts';

/** JSON up to this many bytes is kept as it is and shown in the state; what is longer is a blob. */
export const SMALL_JSON_BYTES_MAX = 2_048;
/** More names than a controller keeps apart. */
export const VARIABLES_MAX = 64;
/** Tables kept decoded; two take part in a join. */
const DECODED_MAX = 2;

/** Text read from the input, or written by a model; of the former it is known where it stands. */
export interface TextValue {
  readonly text: string;
  readonly passage?: Passage;
}

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

type Held =
  | { readonly kind: 'json'; readonly value: JsonValue }
  | { readonly kind: 'text'; readonly ref: BlobRef; readonly chars: number; readonly passage?: Passage }
  | { readonly kind: 'list'; readonly ref: BlobRef; readonly length: number }
  | { readonly kind: 'table'; readonly ref: BlobRef; readonly rows: number; readonly columns: readonly string[] };

/** What is told of a variable. */
export interface Description {
  readonly name: string;
  readonly kind: Held['kind'];
  /** Of its content; the same content has the same. */
  readonly hash: string;
  readonly bytes: number;
  readonly rows?: number;
  readonly columns?: readonly string[];
  readonly chars?: number;
  readonly length?: number;
  readonly passage?: Passage;
  readonly value?: JsonValue;
}

export class VarSpace implements Variables {
  readonly #blobs: BlobStore;
  readonly #held = new Map<string, Held>();
  /** By hash, the last used last. */
  readonly #decoded = new Map<string, Table>();

  constructor(blobs: BlobStore = new BlobStore()) {
    this.#blobs = blobs;
  }

  /** Names in the order in which they were first written. */
  names(): string[] {
    return [...this.#held.keys()];
  }

  has(name: string): boolean {
    return this.#held.has(name);
  }

  setJson(name: string, value: JsonValue): void {
    const text = JSON.stringify(value);
    if (Buffer.byteLength(text) <= SMALL_JSON_BYTES_MAX) this.#set(name, () => ({ kind: 'json', value }));
    else if (Array.isArray(value)) this.#set(name, () => this.#list(text, value.length));
    else this.setText(name, { text: typeof value === 'string' ? value : text });
  }

  #list(text: string, length: number): Held {
    return { kind: 'list', ref: this.#blobs.put(Buffer.from(text), 'list'), length };
  }

  setText(name: string, { text, passage }: TextValue): void {
    const place = passage === undefined ? {} : { passage };
    this.#set(name, () => ({
      kind: 'text',
      ref: this.#blobs.put(Buffer.from(text), 'text'),
      chars: text.length,
      ...place,
    }));
  }

  setTable(name: string, table: Table): void {
    this.#set(name, () => {
      const ref = this.#blobs.put(Buffer.from(JSON.stringify(table)), 'table');
      this.#remember(ref.hash, table);
      return { kind: 'table', ref, rows: table.rows.length, columns: table.columns };
    });
  }

  set(name: string, result: Computed): void {
    if ('table' in result) this.setTable(name, result.table);
    else this.setJson(name, result.value);
  }

  /** @throws PylonError `action-refused` */
  table(name: string): Table {
    const held = this.#get(name);
    if (held.kind !== 'table') throw refused(name, `is not a table but ${held.kind}`);
    const known = this.#decoded.get(held.ref.hash);
    const table = known ?? (JSON.parse(Buffer.from(this.#blobs.get(held.ref)).toString()) as Table);
    this.#remember(held.ref.hash, table);
    return table;
  }

  /** A value, a list, or the only field of a table as a list. @throws PylonError `action-refused` */
  value(name: string): Scalar | readonly Scalar[] {
    const held = this.#get(name);
    if (held.kind === 'list') return this.#parse(held.ref) as readonly Scalar[];
    if (held.kind === 'table') {
      const table = this.table(name);
      const [only, another] = table.columns.flatMap((column, at) => (column.startsWith('_') ? [] : [at]));
      if (only === undefined || another !== undefined)
        throw refused(name, 'is a table with more than one field: make a list of one first');
      return table.rows.map((row) => row[only] ?? null);
    }
    if (held.kind === 'text') throw refused(name, 'is a text, and a value or list is needed');
    const { value } = held;
    if (isScalar(value)) return value;
    if (Array.isArray(value) && value.every(isScalar)) return value;
    throw refused(name, 'is neither a value nor a list of values');
  }

  /** @throws PylonError `action-refused` */
  text(name: string): TextValue {
    const held = this.#get(name);
    if (held.kind === 'json') return { text: typeof held.value === 'string' ? held.value : JSON.stringify(held.value) };
    if (held.kind === 'table') return { text: tableText(this.table(name)) };
    const text = Buffer.from(this.#blobs.get(held.ref)).toString();
    return held.kind === 'text' && held.passage !== undefined ? { text, passage: held.passage } : { text };
  }

  /** What computations begin with: a table, a value, or a list as a table of one field. @throws PylonError `action-refused` */
  computed(name: string): Computed {
    const held = this.#get(name);
    if (held.kind === 'table') return { table: this.table(name) };
    const value = this.value(name);
    if (!Array.isArray(value)) return { value: value as Scalar };
    return { table: { columns: ['value'], rows: value.map((item): Row => [item]) } };
  }

  /** Where its content stands in the input, in its order; none where it comes from elsewhere. @throws PylonError `action-refused` */
  places(name: string): Place[] {
    const held = this.#get(name);
    if (held.kind === 'text') return held.passage === undefined ? [] : [held.passage];
    if (held.kind !== 'table' || !hasSpans({ columns: held.columns, rows: [] })) return [];
    const table = this.table(name);
    return table.rows.flatMap((row) => placeOf(table, row) ?? []);
  }

  /** @throws PylonError `action-refused` */
  describe(name: string): Description {
    const held = this.#get(name);
    if (held.kind === 'json') {
      const text = JSON.stringify(held.value);
      return { name, kind: 'json', hash: text, bytes: Buffer.byteLength(text), value: held.value };
    }
    const { ref, ...rest } = held;
    return { name, ...rest, hash: ref.hash, bytes: ref.bytes };
  }

  #get(name: string): Held {
    const held = this.#held.get(name);
    if (held) return held;
    const names = this.names();
    const known = names.length === 0 ? 'there is none yet' : `there are ${names.join(', ')}`;
    throw new PylonError('action-refused', { value: name, reason: `there is no variable of this name; ${known}` });
  }

  #set(name: string, make: () => Held): void {
    const before = this.#held.get(name);
    if (before === undefined && this.#held.size >= VARIABLES_MAX)
      throw new PylonError('exploration-too-large', {
        value: name,
        reason: `there are ${VARIABLES_MAX} variables already; write over one`,
      });
    const held = make();
    if (before !== undefined && before.kind !== 'json') this.#blobs.release(before.ref);
    this.#held.set(name, held);
  }

  #parse(ref: BlobRef): unknown {
    return JSON.parse(Buffer.from(this.#blobs.get(ref)).toString());
  }

  #remember(hash: string, table: Table): void {
    this.#decoded.delete(hash);
    this.#decoded.set(hash, table);
    for (const oldest of this.#decoded.keys()) {
      if (this.#decoded.size <= DECODED_MAX) return;
      this.#decoded.delete(oldest);
    }
  }
}

function refused(name: string, reason: string): PylonError {
  return new PylonError('action-refused', { value: name, reason: `the variable ${reason}` });
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** One line for each row: its only field, or `field: value` of all. */
export function tableText(table: Table, rowsMax: number = table.rows.length): string {
  const shown = table.columns.flatMap((name, at) => (name.startsWith('_') ? [] : [{ name, at }]));
  const only = shown.length === 1 ? shown[0] : undefined;
  return table.rows
    .slice(0, rowsMax)
    .map((row) =>
      only === undefined
        ? shown.map(({ name, at }) => `${name}: ${row[at] ?? '-'}`).join(', ')
        : String(row[only.at] ?? '-'),
    )
    .join('\n');
}
