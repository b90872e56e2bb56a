// One error class for everything that can go wrong; what its codes mean is in error-catalogue.ts.
import { CATALOGUE, EXIT } from './error-catalogue.ts';

export { CATALOGUE, EXIT };

/** Every code there is. */
export type ErrorCode = keyof typeof CATALOGUE;

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
    const entry = CATALOGUE[code];
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
    return CATALOGUE[this.code].exit;
  }
}

/** Wraps anything thrown; a PylonError passes through. */
export function toPylonError(thrown: unknown): PylonError {
  if (thrown instanceof PylonError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new PylonError('internal', { reason: reason.replace(/\s+/g, ' '), cause: thrown });
}

/** True for a code of the catalogue; wire text is checked with it before it is believed. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(CATALOGUE, text);
}

/** As much of a message as records keep. */
const MESSAGE_CHARS_MAX = 4_000;

/** An error as records keep it. */
export function describe(error: PylonError): { code: string; message: string } {
  return { code: error.code, message: error.message.slice(0, MESSAGE_CHARS_MAX) };
}
