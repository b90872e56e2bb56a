// The rows of the catalogue that are about artifacts in force and the canaries before them.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const ARTIFACT_ERRORS = {
  'artifact-unknown': row(EXIT.usage, 'no artifact has this id', 'see `pylon dse artifacts`'),
  'artifact-invalid': row(
    EXIT.usage,
    'this is no artifact, or not the one that its name is the hash of',
    'export it again with `pylon dse export <compiled_id>`',
  ),
  'artifact-drifted': row(
    EXIT.failed,
    'the artifact was made for a signature that has changed since',
    'compile anew for the signature as it is now',
  ),
  'rollback-impossible': row(EXIT.usage, 'there is nothing to roll back to', 'see `pylon dse history <signature>`'),
  'pointer-moved': row(
    EXIT.failed,
    'another artifact came into force in the meantime',
    'look at `pylon dse active`, and decide again',
  ),
  'canary-running': row(
    EXIT.usage,
    'a canary of this signature is running',
    'wait for its end, or stop it with `pylon dse canary stop <signature>`',
  ),
  'canary-unknown': row(EXIT.usage, 'there is no such canary', 'see `pylon dse canary status`'),
  'canary-pointless': row(
    EXIT.usage,
    'the canary is what is in force already',
    'name another artifact: `pylon dse artifacts`',
  ),
} as const satisfies Record<string, CatalogueRow>;
