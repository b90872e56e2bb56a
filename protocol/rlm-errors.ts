// The rows of the catalogue that are about explorations of long inputs (conductor/predict/rlm): what the kernel refuses a controller,
// how an exploration ends without an answer, and what is wrong with the trace of one.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const RLM_ERRORS = {
  'action-invalid': row(
    EXIT.failed,
    'the controller did not write an action, even after one repair',
    'use a stronger model, or another --strategy',
  ),
  'action-refused': row(
    EXIT.failed,
    'the action cannot be done',
    'the controller is told why, and writes another action',
  ),
  'exploration-too-large': row(
    EXIT.failed,
    'a variable of the exploration would grow past its bound',
    'ask for fewer records, or filter before joining',
  ),
  'exploration-stuck': row(
    EXIT.failed,
    'the exploration went in circles without finding anything new',
    'ask more precisely, use a stronger model, or --strategy map_reduce',
  ),
  'pattern-invalid': row(
    EXIT.failed,
    'the pattern is no regular expression that can be searched in linear time',
    'search for a literal text, or leave out backreferences and look-around',
  ),
  'tool-unknown': row(
    EXIT.failed,
    'there is no tool of this name, or it may not be called here',
    'the controller is told which tools there are',
  ),
  'tool-refused': row(
    EXIT.failed,
    'the tool cannot be called like this',
    'the controller is told why, and writes other arguments',
  ),
  'tool-failed': row(
    EXIT.failed,
    'the tool did not end in its time, or failed',
    'ask it for less: fewer files, or a plainer pattern',
  ),
  'rlm-trace-invalid': row(
    EXIT.failed,
    'the trace of the exploration is damaged or not whole',
    'export the run again from its source',
  ),
  'run-not-replayable': row(
    EXIT.failed,
    'the exploration of this run cannot be gone through again',
    'only runs of --strategy rlm_lite are explored, and of those only the ones that were kept',
  ),
  'replay-differs': row(
    EXIT.failed,
    'the exploration does not replay as it was recorded',
    'the trace was changed, or this version of Pylon explores differently: compare the versions',
  ),
} as const satisfies Record<string, CatalogueRow>;
