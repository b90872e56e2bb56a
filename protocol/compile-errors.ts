// The rows of the catalogue that are about compiles: what a search is refused for before anything is tried, and how it ends without a
// result.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const COMPILE_ERRORS = {
  'compile-unaffordable': row(
    EXIT.budget,
    'the budget affords too few proposals to search anything',
    'give a larger --budget-calls, or a smaller space',
  ),
  'compile-unready': row(
    EXIT.usage,
    'there are not the examples that this compile needs',
    'add approved ones: `pylon dse examples add`, `pylon dse mine`',
  ),
  'compile-space-invalid': row(
    EXIT.usage,
    'the space names a parameter or a value that predictions do not have',
    'name parameters as `pylon dse signatures --json` shows them, each with a list of values',
  ),
  'compile-unknown': row(EXIT.usage, 'no compile has this id', 'see `pylon dse compiles`'),
  'compile-stopped': row(
    EXIT.interrupted,
    'the compile was stopped before its search was over',
    'go on with `pylon dse compile <signature> --resume`: nothing is asked twice',
  ),
  'judge-unknown': row(EXIT.usage, 'no judge has this hash', 'pin one: `pylon dse judge pin`'),
  'judge-changed': row(
    EXIT.usage,
    'the judge is not the one that was pinned',
    'pin it anew with its labelled pairs: `pylon dse judge pin`',
  ),
  'judge-unreliable': row(
    EXIT.failed,
    'the judge agrees too little with the labelled pairs',
    'mend its rubric, or use a stronger model',
  ),
} as const satisfies Record<string, CatalogueRow>;
