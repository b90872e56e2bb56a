// The checkpoint of a benchmark: one JSON line for each result, written when it is there. A run that was interrupted reads it and asks
// only what is missing.
import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { PylonError } from '../../protocol/errors.ts';
import { keyOf, type Result, resultSchema } from './result.ts';

/** @throws PylonError `bench-results-invalid` naming the line */
function readLine(path: string, line: string, number: number): Result {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new PylonError('bench-results-invalid', { value: `${path}:${number}`, cause });
  }
  const parsed = resultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const reason = `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`;
  throw new PylonError('bench-results-invalid', { value: `${path}:${number}`, reason });
}

/** @throws PylonError `bench-results-invalid`, also when there is no such file */
export function readResults(path: string): Result[] {
  if (!existsSync(path))
    throw new PylonError('bench-results-invalid', { value: path, reason: 'there is no such file' });
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [readLine(path, line, index + 1)]));
}

export class Checkpoint {
  readonly #path: string;
  readonly #results = new Map<string, Result>();

  /** @param fresh forgets what the file holds @throws PylonError `bench-results-invalid` */
  constructor(path: string, fresh: boolean) {
    this.#path = path;
    if (fresh) rmSync(path, { force: true });
    if (!existsSync(path)) return;
    this.#dropHalfLine();
    for (const result of readResults(path)) this.#results.set(keyOf(result), result);
  }

  /** The process may have died while it wrote: what has no line end was never whole. */
  #dropHalfLine(): void {
    const bytes = readFileSync(this.#path);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) truncateSync(this.#path, end);
  }

  has(key: Parameters<typeof keyOf>[0]): Result | undefined {
    return this.#results.get(keyOf(key));
  }

  add(result: Result): void {
    appendFileSync(this.#path, `${JSON.stringify(result)}\n`);
    this.#results.set(keyOf(result), result);
  }
}
