// The rows of the catalogue that are about the improvement of predictions: examples, artifacts, compiles, gates, canaries, nights.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const DSE_ERRORS = {
  'example-unknown': row(EXIT.usage, 'there is no such example', 'see `pylon dse examples list`'),
  'example-invalid': row(
    EXIT.usage,
    'the example is not one of its signature',
    'see what it takes by `pylon dse signatures --json`',
  ),
  'trace-not-mined': row(
    EXIT.failed,
    'the trace is not one to learn from',
    'read the reason; what is only doubtful can be put before a person with --unverified',
  ),
} as const satisfies Record<string, CatalogueRow>;
