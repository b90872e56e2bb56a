// Counts every event of the store anew: for a home from before there was a leaderboard, and after a power cut or a
// deletion took events away that had been counted. A mark in the store says that this is not due.
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import { isForeign } from '../origins.ts';
import { ALL_ROLLUPS, ROLLUPS_COUNTED, runKey } from '../store/keys.ts';
import { del, EMPTY, put, type Row, type Store } from '../store/store.ts';
import { readEventRows } from '../traces.ts';
import { changesOf } from './fold.ts';
import { Rollups } from './rollups.ts';

/** Rows written at a time: some megabytes. */
const BATCH_ROWS = 4_096;

async function removeAll(store: Store): Promise<void> {
  let rows: Row[] = [];
  for await (const key of store.keys(ALL_ROLLUPS)) {
    rows.push(del(key));
    if (rows.length < BATCH_ROWS) continue;
    await store.write(rows, { sync: false });
    rows = [];
  }
  if (rows.length > 0) await store.write(rows, { sync: false });
}

/**
 * Counts anew where it is due. Nobody may write to the store meanwhile; killed in the middle, it is due again.
 * @returns whether it was
 * @throws PylonError `store-*`
 */
export async function recountRollups(store: Store): Promise<boolean> {
  if (store.has(ROLLUPS_COUNTED)) return false;
  await removeAll(store);
  const rollups = new Rollups(store);
  let state: RunState | undefined;
  let skipped = '';
  for await (const [, events] of readEventRows(store)) {
    for (const event of events) {
      if (event.run_id === skipped) continue;
      if (event.run_id !== state?.id) {
        state = undefined;
        // What an import that was killed has left, and runs of other homes.
        if (event.seq !== 0 || !store.has(runKey(event.run_id)) || isForeign(store, event.run_id))
          skipped = event.run_id;
        if (event.run_id === skipped) continue;
      }
      if (state !== undefined) for (const change of changesOf(state, event)) rollups.add(change);
      state = foldEvent(state, event);
    }
    if (rollups.waiting < BATCH_ROWS) continue;
    await store.write(rollups.take(), { sync: false });
    rollups.stored();
  }
  await store.write([...rollups.take(), put(ROLLUPS_COUNTED, EMPTY)], { sync: true });
  return true;
}
