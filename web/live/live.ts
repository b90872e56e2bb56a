// The live connection of this page: the browser's own WebSocket, timers and requests behind the ports of socket.ts and run-feed.ts.
import type { RunState } from '../../protocol/run-state.ts';
import type { RunSnapshot } from '../../protocol/snapshot.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { read } from '../api/client.ts';
import { RunFeed } from './run-feed.ts';
import { type RunsHearing, watchRuns } from './runs-feed.ts';
import { type Ends, LiveSocket } from './socket.ts';

function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

function connect(ends: Ends) {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws`);
  socket.addEventListener('message', ({ data }) => ends.onMessage(String(data)));
  socket.addEventListener('close', () => ends.onClose());
  return { send: (text: string) => socket.send(text), close: () => socket.close() };
}

const live = new LiveSocket({ connect, after, fraction: Math.random });

for (const event of ['online', 'focus', 'pageshow']) addEventListener(event, () => live.nudge());

/** Whether the daemon is heard. */
export const { contact } = live;

/** Follows one run until it is closed. @param observe sees each event just before it is folded */
export function openRunFeed(runId: string, observe?: (before: RunState, event: TraceEvent) => void): RunFeed {
  const snapshot = (id: string, signal: AbortSignal) =>
    read<RunSnapshot>(`/api/runs/${encodeURIComponent(id)}/snapshot`, { signal });
  return new RunFeed(runId, { live, snapshot, after, ...(observe === undefined ? {} : { observe }) });
}

/** Hears of runs that change. @returns what ends it */
export function watchAllRuns(hearing: RunsHearing): () => void {
  return watchRuns(live, hearing);
}
