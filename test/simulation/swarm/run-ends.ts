// How each simulated run ended, and whether in time: liveness is that it ends, with an answer, a partial one or a typed error.
import type { PylonError } from '../../../protocol/errors.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';

/** A run that has a deadline ends by then, and what it takes to close it. */
const CLOSING_MS = 5_000;

export interface RunEnd {
  readonly runId: string;
  readonly status: 'done' | 'partial' | 'failed' | 'hung';
  readonly code: string | undefined;
  readonly elapsedMs: number;
  readonly inTime: boolean;
}

interface Going {
  readonly beganMs: number;
  readonly dueMs: number;
  told: { status: 'done' | 'partial' | 'failed'; code: string | undefined } | undefined;
}

export class RunEnds {
  readonly all: RunEnd[] = [];
  readonly faults: string[] = [];
  readonly #going = new Map<string, Going>();

  begin(runId: string, nowMs: number, deadlineMs: number | undefined): void {
    const dueMs = deadlineMs === undefined ? Number.POSITIVE_INFINITY : nowMs + deadlineMs + CLOSING_MS;
    this.#going.set(runId, { beganMs: nowMs, dueMs, told: undefined });
  }

  see(event: TraceEvent): void {
    const going = this.#going.get(event.run_id);
    if (going === undefined) return;
    if (event.type === 'RunDone') going.told = { status: event.status, code: event.error?.code };
    if (event.type === 'RunFailed') going.told = { status: 'failed', code: event.error.code };
  }

  end(runId: string, nowMs: number): void {
    const going = this.#going.get(runId);
    if (going === undefined) return;
    this.#going.delete(runId);
    if (going.told === undefined) this.faults.push(`${runId} returned, and its trace has no end`);
    const { status, code } = going.told ?? { status: 'hung' as const, code: undefined };
    this.all.push({ runId, status, code, elapsedMs: nowMs - going.beganMs, inTime: nowMs <= going.dueMs });
  }

  /** It threw: refused before it began, or nothing was left that could wake it. */
  fail(runId: string, nowMs: number, error: PylonError): void {
    const going = this.#going.get(runId);
    this.#going.delete(runId);
    const isRefused = error.code !== 'internal';
    if (!isRefused) this.faults.push(`${runId} did not end: ${error.message}`);
    const elapsedMs = nowMs - (going?.beganMs ?? nowMs);
    this.all.push({ runId, status: isRefused ? 'failed' : 'hung', code: error.code, elapsedMs, inTime: isRefused });
  }
}
