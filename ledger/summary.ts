// The rows that make a run findable without reading its events: its record, and one index row for its
// status and its experiment. They change together, in the batch of the event that changed them.
import type { RunRecord, RunStatus } from '../protocol/run.ts';
import { experimentKey, runKey, statusKey } from './store/keys.ts';
import { del, EMPTY, put, type Row } from './store/store.ts';
import { encodeValue } from './store/values.ts';

/** What the index rows of a run say of it. */
export interface Indexed {
  readonly status: RunStatus;
  readonly experiment: string | null;
}

/** @param previous what the store said of the run, whose rows go away where it says something else now */
export function summaryRows(record: RunRecord, previous: Indexed | undefined): Row[] {
  const rows: Row[] = [];
  if (previous !== undefined && previous.status !== record.status)
    rows.push(del(statusKey(previous.status, record.id)));
  if (previous !== undefined && previous.experiment !== null && previous.experiment !== record.experiment)
    rows.push(del(experimentKey(previous.experiment, record.id)));
  rows.push(put(runKey(record.id), encodeValue(record)), put(statusKey(record.status, record.id), EMPTY));
  if (record.experiment !== null) rows.push(put(experimentKey(record.experiment, record.id), EMPTY));
  return rows;
}

/** What undoes `summaryRows`. */
export function summaryRemoval(record: RunRecord): Row[] {
  const rows = [del(runKey(record.id)), del(statusKey(record.status, record.id))];
  return record.experiment === null ? rows : [...rows, del(experimentKey(record.experiment, record.id))];
}
