// The load of the job benchmark, the same for the real processes and the bare sketch: chunks, jobs, answers, and how
// they are kept in flight.
import { randomBytes } from 'node:crypto';
import type { JobRequest } from '../protocol/job.ts';
import { EXTRACTOR } from '../protocol/signature.ts';

const FINDINGS = 4;
const MAX_OUTPUT_CHARS = 12_000;

/** What a process offers the benchmark once it is ready. */
export interface Role {
  /** For a relay: where it listens. */
  readonly url?: string;
  /** For a conductor: asks `jobs` jobs, `inFlight` at a time, and settles when all are answered. */
  run?(jobs: number, inFlight: number): Promise<void>;
  close(): Promise<void>;
}

/** Lines like those of a log, `bytes` of them in all. */
export function chunkText(bytes: number): string {
  const line = '2026-11-21T10:15:02.118Z worker[4] INFO resolved 127 packages in 1.82s, 14 of them from cache\n';
  return line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);
}

export function chunkJob(chunk: number, text: string): JobRequest {
  return {
    job: '01JD0000000000000000000000',
    chunk: chunk % 100_000,
    attempt: 0,
    nonce: randomBytes(16).toString('hex'),
    signature: EXTRACTOR.signatureId,
    text,
    query: 'Why does this build fail?',
    span: JSON.stringify({ start_line: 1, end_line: 42, content_hash: 'a'.repeat(64) }),
    maxOutputChars: MAX_OUTPUT_CHARS,
  };
}

/** A few quotes, at once: what is measured is everything but the work. */
export function instantOutput(text: string): { findings: { quote: string; line: number; score: number }[] } {
  const lines = text.split('\n', FINDINGS);
  return { findings: lines.map((quote, index) => ({ quote: quote || 'x', line: index + 1, score: 1 / (index + 1) })) };
}

/** Runs `jobs` tasks, `inFlight` at a time. */
export async function inParallel(
  jobs: number,
  inFlight: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < jobs) await task(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}
