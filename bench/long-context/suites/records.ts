// Made records of people's questions: `2026-03-14 | user-07 | Who built the old mill no. 12 in spring?`. The kind is what must be
// told from the words (kinds.ts). Each user asks only some kinds, and one of them once, so that who asked what stays a question in 100 MB.
import { Stream } from '../../../test/simulation/swarm/streams.ts';
import type { Computation, Condition, TaskFile } from '../task.ts';
import { KIND_NAMES, kindOf, questionOf } from './kinds.ts';

export interface Record {
  readonly date: string;
  readonly user: string;
  readonly kind: string;
  readonly line: string;
}

export interface RecordsPlan {
  readonly seed: number;
  readonly bytes: number;
  readonly users: number;
}

/** Of one piece: enough to be quick, few enough to be small. */
const LINES_A_PIECE = 500;
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
const DAYS = 180;
const DAY_MS = 86_400_000;
const LINE = /^(\d{4}-\d{2}-\d{2}) \| (user-\d+) \| (.*)$/;

export function dayOf(day: number): string {
  return new Date(FIRST_DAY_MS + day * DAY_MS).toISOString().slice(0, 10);
}

export function userName(user: number): string {
  return `user-${String(user + 1).padStart(2, '0')}`;
}

/** Which kinds a user asks: one more often than others, and not all. */
export function habitOf(seed: number, user: number): readonly string[] {
  const stream = new Stream(seed, `habit ${user}`);
  const kinds = KIND_NAMES.filter(() => stream.chance(0.5));
  return kinds.length === 0 ? [stream.pick(KIND_NAMES)] : kinds;
}

interface Rare {
  readonly user: number;
  readonly kind: string;
  readonly atByte: number;
}

/** Bytes for each user from which on there is room for it: it must not be what the text is made of. */
const RARE_BYTES = 800;

/** Each user asks one other kind once, somewhere: who has read a part knows most, and not all. */
function rareOf({ seed, bytes, users }: RecordsPlan, habits: readonly (readonly string[])[]): Rare[] {
  if (bytes < users * RARE_BYTES) return [];
  return Array.from({ length: users }, (_, user) => user)
    .flatMap((user): Rare[] => {
      const stream = new Stream(seed, `rare ${user}`);
      const others = KIND_NAMES.filter((kind) => !habits[user]!.includes(kind));
      if (others.length === 0) return [];
      return [{ user, kind: stream.pick(others), atByte: stream.fraction() * bytes }];
    })
    .sort((left, right) => left.atByte - right.atByte);
}

/** The records in the order of the file; the same at each call. */
export function* recordsOf(plan: RecordsPlan): Generator<Record> {
  const { seed, bytes, users } = plan;
  const stream = new Stream(seed, 'records');
  const habits = Array.from({ length: users }, (_, user) => habitOf(seed, user));
  const waiting = rareOf(plan, habits);
  let written = 0;
  for (let number = 1; written < bytes || waiting.length > 0; number++) {
    const isRare = waiting[0] !== undefined && (waiting[0].atByte <= written || written >= bytes);
    const rare = isRare ? waiting.shift() : undefined;
    const user = rare?.user ?? stream.integer(users);
    const habit = habits[user]!;
    const kind = rare?.kind ?? stream.pick(habit);
    const date = dayOf(stream.integer(DAYS));
    const line = `${date} | ${userName(user)} | ${questionOf(stream, kind, number)}`;
    written += line.length + 1;
    yield { date, user: userName(user), kind, line };
  }
}

export function recordsFile(path: string, plan: RecordsPlan): TaskFile {
  return {
    path,
    *pieces() {
      let lines: string[] = [];
      for (const { line } of recordsOf(plan)) {
        lines.push(line);
        if (lines.length < LINES_A_PIECE) continue;
        yield `${lines.join('\n')}\n`;
        lines = [];
      }
      if (lines.length > 0) yield `${lines.join('\n')}\n`;
    },
  };
}

/** What a perfect reader makes of a line. */
export function readRecord(line: string): Omit<Record, 'line'> | undefined {
  const [, date, user, question = ''] = LINE.exec(line) ?? [];
  const kind = kindOf(question);
  return date === undefined || user === undefined || kind === undefined ? undefined : { date, user, kind };
}

type Fields = Pick<Record, 'date' | 'user' | 'kind'>;

function holds(fields: Fields, condition: Condition): boolean {
  const value = (fields as unknown as globalThis.Record<string, string>)[condition.field] ?? '';
  return 'is' in condition ? value === condition.is : value >= condition.from && value <= condition.to;
}

/** What records come to so far; small, whatever their number. */
export class Tally {
  readonly #compute: Computation;
  /** Value, or user and kind, → records. */
  readonly counts = new Map<string, number>();

  constructor(compute: Computation) {
    this.#compute = compute;
  }

  add(fields: Fields): void {
    const key = this.#keyOf(fields);
    if (key !== undefined) this.addCount(key, 1);
  }

  addCount(key: string, count: number): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
  }

  #keyOf(fields: Fields): string | undefined {
    const compute = this.#compute;
    if (compute.kind === 'count') return compute.where.every((one) => holds(fields, one)) ? 'count' : undefined;
    if (compute.kind === 'most-common') return fields.kind;
    if (compute.kind === 'list') return undefined;
    return compute.kinds.includes(fields.kind) ? `${fields.user} ${fields.kind}` : undefined;
  }

  get count(): number {
    return this.counts.get('count') ?? 0;
  }

  /** The most common value; undefined where two are, or none is. */
  get winner(): string | undefined {
    const [first, second] = [...this.counts].sort(([, left], [, right]) => right - left);
    return first === undefined || first[1] === second?.[1] ? undefined : first[0];
  }

  get pairs(): readonly (readonly [string, string])[] {
    const compute = this.#compute;
    if (compute.kind !== 'pairs') return [];
    const users = [...new Set([...this.counts.keys()].map((key) => key.split(' ')[0]!))].sort();
    const able = users.filter((user) => compute.kinds.every((kind) => this.counts.has(`${user} ${kind}`)));
    return able.flatMap((left, at) => able.slice(at + 1).map((right) => [left, right] as const));
  }

  /** The answer in the form that the questions ask for. */
  words(): string {
    if (this.#compute.kind === 'count') return String(this.count);
    if (this.#compute.kind === 'most-common') return this.winner ?? 'none';
    return this.pairs.length === 0 ? 'none' : this.pairs.map((pair) => pair.join(', ')).join('\n');
  }
}
