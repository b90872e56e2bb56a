// How a finished run ends its command: the exit code, and the line that says what was wrong with it.
import { CATALOGUE, EXIT, isErrorCode } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';

/** 0 for an answer, also a partial one that nothing spoiled; else the exit code of what went wrong. */
export function exitCodeOf(record: RunRecord): number {
  if (record.error !== null) return isErrorCode(record.error.code) ? CATALOGUE[record.error.code].exit : EXIT.failed;
  return record.status === 'failed' ? EXIT.failed : EXIT.answer;
}

/** One line for stderr, undefined when all went well. */
export function complaintOf(record: RunRecord): string | undefined {
  if (record.error === null) return record.status === 'failed' ? 'pylon: the run failed' : undefined;
  return `pylon: ${record.error.code}: ${record.error.message}`;
}
