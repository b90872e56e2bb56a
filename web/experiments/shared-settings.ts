// How runs were asked: what differs among them, and what all have in common. Pure.
import type { Comparison } from '../../protocol/comparison.ts';
import type { RunRecord } from '../../protocol/run.ts';

/** The settings of a run, by name, as JSON. */
function settingsOf({ config, dataset, git_sha }: RunRecord): readonly (readonly [string, string])[] {
  return Object.entries({ ...config, dataset, git_sha })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => [field, JSON.stringify(value)] as const);
}

/** What is the same in every run. @param run any of them */
export function sharedSettings(
  run: RunRecord,
  differences: Comparison['differences'],
): readonly (readonly [field: string, json: string])[] {
  const differing = new Set(differences.map(({ field }) => field));
  return settingsOf(run).filter(([field]) => !differing.has(field));
}
