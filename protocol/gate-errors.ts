// The rows of the catalogue that are about gates: why a candidate is not even held against what is in force.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const GATE_ERRORS = {
  'promotion-unknown': row(EXIT.usage, 'there is no such promotion', 'see `pylon dse promotions`'),
  'not-the-winner': row(
    EXIT.usage,
    'only what a compile chose by its `dev` examples is held against the holdout',
    'see what it chose by `pylon dse report <id>`',
  ),
  'already-active': row(EXIT.usage, 'the artifact is in force already', 'see `pylon dse active`'),
  'dataset-changed': row(
    EXIT.usage,
    'the examples are not those that the artifact was compiled with: what it learnt from may be held out now',
    'compile again: `pylon dse compile <signature>`',
  ),
  'holdout-empty': row(
    EXIT.usage,
    'no approved example of the signature is held out, so that nothing can be measured',
    'add some to the split `holdout`: `pylon dse examples add`, `pylon dse examples import`',
  ),
} as const satisfies Record<string, CatalogueRow>;
