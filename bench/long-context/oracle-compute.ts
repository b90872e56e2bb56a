// What the oracle lets the kernel compute of records: the computations of the tasks (task.ts) as steps of the action language.
import type { Computation, Condition } from './task.ts';

/** Names that stand in no question and no text of a task. */
const FIRST = 'oracleFirst';
export const ANSWER = 'oracleAnswer';

export type Action = Readonly<Record<string, unknown>>;

export function whereOf(conditions: readonly Condition[]): Action[] {
  return conditions.map((one) =>
    'is' in one
      ? { field: one.field, is: '=', value: one.is }
      : { field: one.field, is: 'between', value: [one.from, one.to] },
  );
}

/**
 * What comes after the records are there.
 * @param from the variable they are in
 * @param has tells which variables there are
 */
export function computed(compute: Computation, from: string, has: (name: string) => boolean): Action {
  const kindIs = (field: string, value: string) => ({ op: 'filter', where: [{ field, is: '=', value }] });
  switch (compute.kind) {
    case 'list':
      return { action: 'Final', answer: `{{${from}}}` };
    case 'count':
      return {
        action: 'Compute',
        from,
        steps: [{ op: 'filter', where: whereOf(compute.where) }, { op: 'count' }],
        into: ANSWER,
      };
    case 'most-common':
      return {
        action: 'Compute',
        from,
        steps: [
          { op: 'group', by: compute.field },
          { op: 'top', n: 1, by: 'count' },
          { op: 'first', field: compute.field },
        ],
        into: ANSWER,
      };
    case 'pairs': {
      const { field, by, kinds } = compute;
      if (!has(FIRST))
        return {
          action: 'Compute',
          from,
          steps: [kindIs(by, kinds[0]!), { op: 'distinct', by: field }],
          into: FIRST,
        };
      return {
        action: 'Compute',
        from,
        steps: [
          kindIs(by, kinds[1]!),
          { op: 'join', with: FIRST, on: field, kind: 'semi' },
          { op: 'pairs', of: field },
        ],
        into: ANSWER,
      };
    }
  }
}
