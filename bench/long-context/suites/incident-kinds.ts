// What goes wrong in the made service log of suites/incidents.ts: each kind has the one line that tells it, lines of the same kind about
// something else, and several ways in which people ask: the last of them in other words than the log's.
import type { Stream } from '../../../test/simulation/swarm/streams.ts';

/** What is drawn for one incident: a part of the system, a number, and which of the answers it has. */
export interface Drawn {
  readonly part: string;
  readonly number: number;
  readonly answer: string;
}

export interface IncidentKind {
  readonly parts: readonly string[];
  readonly answers: readonly string[];
  /** The line behind its time. */
  line(drawn: Drawn): string;
  /** What people ask about it. */
  readonly questions: readonly ((drawn: Drawn) => string)[];
}

const numbered = (name: string) => [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${name}-${n}`);

export const INCIDENT_KINDS: Readonly<Record<string, IncidentKind>> = {
  compaction: {
    parts: numbered('store'),
    answers: ['no space left on /var/lib/segments', 'checksum mismatch in segment 118', 'too many open files'],
    line: ({ part, number, answer }) => `ERROR ${part} compaction ${number} aborted: ${answer}`,
    questions: [
      ({ part, number }) => `Why was compaction ${number} on ${part} aborted?`,
      ({ part, number }) => `What stopped compaction ${number} of ${part}?`,
      ({ part, number }) => `${part} did not finish compaction ${number}. What is the reason?`,
      ({ part }) => `Something went wrong while ${part} was merging its files. What?`,
    ],
  },
  memory: {
    parts: numbered('node'),
    answers: ['indexer', 'thumbnailer', 'ranker', 'archiver'],
    line: ({ part, number, answer }) => `WARN ${part} kernel: out of memory, killed process ${number} (${answer})`,
    questions: [
      ({ part, number }) => `Which program was process ${number} that the kernel killed on ${part}?`,
      ({ part, number }) => `${part} ran out of memory and process ${number} died. Which program was it?`,
      ({ part, number }) => `What was the name of process ${number}, killed on ${part}?`,
      ({ part }) => `Which program was too greedy for the machine ${part}?`,
    ],
  },
  certificate: {
    parts: numbered('gateway'),
    answers: ['certificate expired on 2026-02-28', 'unknown authority Harbour Root', 'no shared cipher'],
    line: ({ part, number, answer }) => `ERROR ${part} handshake ${number} with payments.internal failed: ${answer}`,
    questions: [
      ({ part, number }) => `Why did handshake ${number} of ${part} with payments.internal fail?`,
      ({ part, number }) => `What was wrong with handshake ${number} at ${part}?`,
      ({ part, number }) => `${part} could not connect to payments.internal, handshake ${number}: what is the cause?`,
      ({ part }) => `Why do the payments refuse to talk to ${part}?`,
    ],
  },
  order: {
    parts: numbered('billing'),
    answers: [
      'tax-service timed out after 5000 ms',
      'card was declined',
      'address has no postcode',
      'price list is stale',
    ],
    line: ({ part, number, answer }) => `ERROR ${part} order ${number} failed after 3 attempts: ${answer}`,
    questions: [
      ({ number }) => `Why did order ${number} fail?`,
      ({ part, number }) => `What went wrong with order ${number} at ${part}?`,
      ({ number }) => `A customer asks about order ${number}. What was its problem?`,
      ({ part }) => `What kept ${part} from charging its customer?`,
    ],
  },
  rollback: {
    parts: ['checkout', 'search', 'accounts', 'shipping', 'reports'],
    answers: ['health check /ready returned 503', 'error rate above 2 %', 'migration 0041 did not apply'],
    line: ({ part, number, answer }) => `INFO deploy release ${number} of ${part} rolled back: ${answer}`,
    questions: [
      ({ part, number }) => `Why was release ${number} of ${part} rolled back?`,
      ({ part, number }) => `What led to the rollback of ${part} ${number}?`,
      ({ part, number }) => `${part} release ${number} was taken back. For what reason?`,
      ({ part }) => `Why is the new version of ${part} not in use?`,
    ],
  },
  lock: {
    parts: ['nightly-report', 'invoice-run', 'cleanup', 'reindex', 'backup'],
    answers: ['worker-12', 'worker-31', 'migration-7', 'operator shell'],
    line: ({ part, number, answer }) => `WARN scheduler ${part} run ${number} skipped: lock is held by ${answer}`,
    questions: [
      ({ part, number }) => `Who held the lock when ${part} run ${number} was skipped?`,
      ({ part, number }) => `Why was run ${number} of ${part} skipped?`,
      ({ part, number }) => `${part} did not start, run ${number}. Who was in its way?`,
      ({ part }) => `Because of whom has ${part} not been done?`,
    ],
  },
  quota: {
    parts: ['harbour', 'orchard', 'quarry', 'ferry', 'granary'],
    answers: ['12000 requests a day', '40 GB of uploads', '500 open sessions'],
    line: ({ part, number, answer }) => `WARN limiter tenant ${part} blocked, ticket ${number}: used up ${answer}`,
    questions: [
      ({ part, number }) => `Which quota did tenant ${part} use up in ticket ${number}?`,
      ({ part, number }) => `Why was tenant ${part} blocked, ticket ${number}?`,
      ({ part, number }) => `Ticket ${number}: ${part} can not work any more. What was exceeded?`,
      ({ part }) => `Of what has ${part} had more than it may?`,
    ],
  },
  replica: {
    parts: numbered('replica'),
    answers: ['waiting for segment 0A7', 'network link is saturated', 'vacuum holds a snapshot'],
    line: ({ part, number, answer }) => `WARN ${part} is ${number} s behind its primary: ${answer}`,
    questions: [
      ({ part, number }) => `Why was ${part} ${number} s behind its primary?`,
      ({ part, number }) => `What made ${part} lag by ${number} s?`,
      ({ part, number }) => `${part} served data that was ${number} s old. What was the cause?`,
      ({ part }) => `Why is the data of ${part} stale?`,
    ],
  },
};

/** One incident of a kind. @param not it is of another part, and has another answer: a question about that one is not about this */
export function drawIncident(stream: Stream, kind: IncidentKind, not?: Drawn): Drawn {
  const drawn = {
    part: stream.pick(kind.parts),
    number: 1_000 + stream.integer(90_000),
    answer: stream.pick(kind.answers),
  };
  return drawn.part === not?.part || drawn.answer === not?.answer ? drawIncident(stream, kind, not) : drawn;
}
