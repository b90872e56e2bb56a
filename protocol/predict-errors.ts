// The rows of the catalogue that are about predictions: their budgets, strategies and receipts.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const PREDICT_ERRORS = {
  'budget-limit-reached': row(
    EXIT.budget,
    'a limit of the prediction is used up',
    'raise that limit, or ask for less at once',
  ),
  'budget-limit-missing': row(EXIT.usage, 'this strategy does not begin without its limits', 'give the limit named'),
  'signature-unknown': row(EXIT.usage, 'there is no such signature', 'see `pylon dse signatures`'),
  'strategy-unavailable': row(
    EXIT.usage,
    'this signature cannot be predicted by that strategy here',
    'name another --strategy, or none',
  ),
  'receipt-unknown': row(EXIT.usage, 'no receipt has this id', 'see `pylon dse receipts`'),
} as const satisfies Record<string, CatalogueRow>;
