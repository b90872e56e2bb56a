// The rows of the catalogue that are about nights of improvement.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const NIGHT_ERRORS = {
  'night-unknown': row(EXIT.usage, 'there is no such night', 'see `pylon dse nights`'),
  'night-refused': row(EXIT.usage, 'the night cannot begin', 'read the reason'),
} as const satisfies Record<string, CatalogueRow>;
