// The suites by name, and the tasks that are asked for.
import { PylonError } from '../../../protocol/errors.ts';
import type { PlannedTask, Suite } from '../task.ts';
import { DUPLICATES } from './duplicates.ts';
import { INCIDENTS } from './incidents.ts';
import { LABELS } from './labels.ts';
import { NIAH, NIAH_BLIND } from './niah.ts';
import { OOLONG, OOLONG_PAIRS } from './oolong.ts';
import { LOG_QA, REPO_QA } from './real.ts';
import { UNICODE } from './unicode.ts';

export const SUITES: readonly Suite[] = [
  NIAH,
  NIAH_BLIND,
  OOLONG,
  OOLONG_PAIRS,
  LABELS,
  LOG_QA,
  REPO_QA,
  DUPLICATES,
  UNICODE,
  INCIDENTS,
];

/** @throws PylonError `option-invalid` naming the suites there are */
export function suiteOf(name: string): Suite {
  const found = SUITES.find((suite) => suite.name === name);
  if (found !== undefined) return found;
  const reason = `there is no such suite; there are ${SUITES.map((suite) => suite.name).join(', ')}`;
  throw new PylonError('option-invalid', { value: name, reason });
}

/** Every task of the suites at every size, in order. */
export function planTasks(suites: readonly Suite[], seed: number, sizes: readonly number[]): PlannedTask[] {
  return suites.flatMap((suite) =>
    suite.isSized ? sizes.flatMap((bytes) => suite.plan(seed, bytes)) : suite.plan(seed, 0),
  );
}
