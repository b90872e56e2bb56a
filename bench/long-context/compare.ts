// Results side by side: each method is a side, and what two methods did with the same question is a pair (protocol/compare.ts).
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compareRuns } from '../../protocol/compare.ts';
import type { Comparison } from '../../protocol/comparison.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { readResults } from './checkpoint.ts';
import { RESULTS_FILE } from './run.ts';

/** As a run was marked by measure.ts. */
const NOTE = /^bench method=(\S+)/;

interface Sided {
  readonly record: RunRecord;
  readonly side: string;
}

/** The results of a file or an output folder; undefined where the word is neither. */
function ofFile(word: string, cwd: string, several: boolean): Sided[] | undefined {
  const path = resolve(cwd, word);
  if (!existsSync(path)) return undefined;
  const file = statSync(path).isDirectory() ? join(path, RESULTS_FILE) : path;
  return readResults(file).flatMap(({ record, method }) =>
    record === null ? [] : [{ record, side: several ? `${word} ${method}` : method }],
  );
}

/**
 * @param words result files, output folders, or names of experiments
 * @param runsOf the runs of an experiment. @throws PylonError `experiment-unknown`
 */
export async function compareWords(
  words: readonly string[],
  cwd: string,
  runsOf: (experiment: string) => Promise<readonly RunRecord[]>,
): Promise<Comparison> {
  const several = words.length > 1;
  const all: Sided[] = [];
  for (const word of words) {
    const found = ofFile(word, cwd, several);
    if (found !== undefined) {
      all.push(...found);
      continue;
    }
    for (const record of await runsOf(word)) {
      const method = NOTE.exec(record.note ?? '')?.[1] ?? record.config.strategy_id;
      all.push({ record, side: several ? `${word} ${method}` : method });
    }
  }
  if (all.length === 0)
    throw new PylonError('bench-results-invalid', { value: words.join(' '), reason: 'it has no run' });
  return compareRuns(
    all.map(({ record }) => record),
    new Map(all.map(({ record, side }) => [record.id, side])),
  );
}
