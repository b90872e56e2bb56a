// Which runs changed, for the lists that show them: those that go on when the connection is there, then each when it changes.
import type { RunRecord } from '../../protocol/run.ts';
import type { Listener, LiveSocket } from './socket.ts';

export interface RunsHearing {
  onRuns(runs: readonly RunRecord[]): void;
  /** The connection is back: what ended while it was gone is not told, ask for the list again. */
  onMissed(): void;
}

/** @returns what ends it */
export function watchRuns(live: LiveSocket, hearing: RunsHearing): () => void {
  let wasOpen = false;
  const listener: Listener = {
    hears: ({ type }) => type === 'runs',
    onOpen() {
      live.send({ type: 'subscribe_runs' });
      if (wasOpen) hearing.onMissed();
      wasOpen = true;
    },
    onMessage: ({ runs }) => hearing.onRuns(runs as readonly RunRecord[]),
    onCut: () => undefined,
  };
  return live.listen(listener);
}
