// Which columns of the list somebody wants to see. Kept in this browser; what is kept is read with care. Pure.

/** In the order in which they stand; the question is always there. */
export const COLUMN_IDS = [
  'status',
  'created',
  'latency',
  'cost',
  'coverage',
  'experiment',
  'method',
  'model',
  'tokens',
  'chunks',
  'providers',
  'verification',
  'fanout',
  'budget',
  'error',
  'id',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export const COLUMN_WORDS: Readonly<Record<ColumnId, string>> = {
  status: 'Status',
  created: 'Asked',
  latency: 'Time',
  cost: 'Sats',
  coverage: 'Coverage',
  experiment: 'Experiment',
  method: 'Method',
  model: 'Model',
  tokens: 'Tokens',
  chunks: 'Chunks',
  providers: 'Providers',
  verification: 'Verification',
  fanout: 'Fan-out',
  budget: 'Budget',
  error: 'Error',
  id: 'Run',
};

export const DEFAULT_COLUMNS: readonly ColumnId[] = ['status', 'created', 'latency', 'cost', 'coverage', 'experiment'];

/** What was kept; the usual ones where it was nothing or something else. */
export function readColumns(kept: string | null): readonly ColumnId[] {
  if (kept === null) return DEFAULT_COLUMNS;
  const names = new Set(kept.split(','));
  const columns = COLUMN_IDS.filter((id) => names.has(id));
  return columns.length === 0 ? DEFAULT_COLUMNS : columns;
}

export function writeColumns(columns: readonly ColumnId[]): string {
  return columns.join(',');
}

/** Shows a column or hides it; the last one stays. */
export function toggled(columns: readonly ColumnId[], id: ColumnId): readonly ColumnId[] {
  if (!columns.includes(id)) return COLUMN_IDS.filter((known) => known === id || columns.includes(known));
  return columns.length === 1 ? columns : columns.filter((known) => known !== id);
}
