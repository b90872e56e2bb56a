// What an exploration gave, as it is written down and hashed: the same answer with the same citations has the same hash.
import { canonicalHash } from '../../../../protocol/canonical.ts';
import { CATALOGUE, type ErrorCode, isErrorCode, PylonError } from '../../../../protocol/errors.ts';
import type { ExplorationOutput, RecordedError } from '../../../../protocol/rlm-trace.ts';
import type { Explored } from '../exploration.ts';

export function outputOf({ answer, citations }: Pick<Explored, 'answer' | 'citations'>): ExplorationOutput {
  return {
    answer,
    evidence: citations.map(({ path, startLine, endLine, startByte, endByte, quote }) => ({
      path,
      start_line: startLine,
      end_line: endLine,
      start_byte: startByte,
      end_byte: endByte,
      quote,
    })),
  };
}

/** sha256 (hex) of the output's canonical JSON. */
export function outputHashOf(explored: Pick<Explored, 'answer' | 'citations'>): string {
  return canonicalHash(outputOf(explored));
}

export function recordedError({ code, reason, next, value }: PylonError): RecordedError {
  return { code, reason, next, ...(value === undefined ? {} : { value }) };
}

/** The error with the same message. A code that this version does not know becomes `internal`. */
export function errorOf({ code, reason, next, value }: RecordedError): PylonError {
  const known: ErrorCode = isErrorCode(code) ? code : 'internal';
  return new PylonError(known, {
    reason,
    next: next || CATALOGUE[known].next,
    ...(value === undefined ? {} : { value }),
  });
}
