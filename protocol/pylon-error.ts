// One error class for everything that can go wrong. The texts of its codes are kept apart: a browser folds traces without a daemon's
// catalogue, which would be most of what it loads for that.
import type { CATALOGUE } from './error-catalogue.ts';
import { type CatalogueRow, EXIT } from './error-row.ts';

/** Every code there is. */
export type ErrorCode = keyof typeof CATALOGUE;

const known: { [code: string]: CatalogueRow | undefined } = {};
/** Where no catalogue is loaded. */
const UNKNOWN: CatalogueRow = { exit: EXIT.failed, means: 'something is wrong', next: 'see docs/errors.md' };

/** From now on errors of these codes say what they mean, and what to do next. */
export function knowErrors(catalogue: Readonly<Record<string, CatalogueRow>>): void {
  Object.assign(known, catalogue);
}

export interface ErrorDetail {
  /** The bad value as the user wrote it; quoted and shortened in the message. Never a secret. */
  readonly value?: string;
  /** What is wrong with just this value; the catalogue's meaning when absent. */
  readonly reason?: string;
  /** A better next step than the catalogue's. */
  readonly next?: string;
  readonly cause?: unknown;
}

const VALUE_CHARS_MAX = 120;

function quote(value: string): string {
  const points = Array.from(value.length > 2000 ? value.slice(0, 2000) : value);
  const short = points.length > VALUE_CHARS_MAX ? `${points.slice(0, VALUE_CHARS_MAX).join('')}…` : value;
  return JSON.stringify(short);
}

/** The one base class. `message` is one line: reason, value, next step. */
export class PylonError extends Error {
  readonly code: ErrorCode;
  readonly value: string | undefined;
  readonly reason: string;
  readonly next: string;

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    const entry = known[code] ?? UNKNOWN;
    const reason = detail.reason ?? entry.means;
    const next = detail.next ?? entry.next;
    const value = detail.value === undefined ? '' : ` (${quote(detail.value)})`;
    super(`${reason}${value}: ${next}`, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'PylonError';
    this.code = code;
    this.value = detail.value;
    this.reason = reason;
    this.next = next;
  }

  /** The exit code a command ends with when this error ends it. */
  get exitCode(): number {
    return (known[this.code] ?? UNKNOWN).exit;
  }
}
