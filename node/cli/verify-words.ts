// What verification came to, in the words of the timeline: who agreed, who judged, and what was said.
import type { TraceEvent } from '../../protocol/trace.ts';

type VerifyEvent = Extract<TraceEvent, { type: `Verify${string}` }>;

function leftOut({
  lines = 0,
  lines_dropped: dropped = 0,
}: {
  lines?: number | undefined;
  lines_dropped?: number | undefined;
}) {
  return dropped === 0 ? '' : `, ${dropped} of ${lines} lines left out`;
}

/** Undefined for what only confirms another line. @param shortKey how a key is printed */
export function verifyWords(event: VerifyEvent, shortKey: (key: string) => string): string | undefined {
  const chunk = `chunk ${event.chunk}`;
  switch (event.type) {
    case 'VerifyObjective':
      return `${chunk}: ${event.verdict}${event.reason === undefined ? '' : `: ${event.reason}`}`;
    case 'VerifyRedundant':
      return `${chunk}: ${event.n} of ${event.m} answers agree, ${event.verdict}${leftOut(event)}`;
    case 'VerifyValidated': {
      const why = event.reason ?? event.attestation?.method ?? '';
      return `${chunk}: ${event.verdict} by ${shortKey(event.validator)}${why === '' ? '' : ` (${why})`}`;
    }
    case 'VerifyReopen':
      return `${chunk} is asked again: ${event.reason}`;
    case 'VerifyAccept':
      return undefined;
  }
}
