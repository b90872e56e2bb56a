// What can go wrong, with its texts: PylonError knows all of the catalogue where this is loaded.
import { CATALOGUE, EXIT } from './error-catalogue.ts';
import { type ErrorCode, knowErrors, PylonError } from './pylon-error.ts';

export { type ErrorCode, type ErrorDetail, PylonError } from './pylon-error.ts';
export { CATALOGUE, EXIT };

knowErrors(CATALOGUE);

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
