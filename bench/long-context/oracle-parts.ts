// How the oracle goes about records of more lines than a table of the kernel takes: part after part of the input, each brought down to
// a small table or a number before the next one is asked, so that what is kept stays small.
import { type Action, ANSWER, computed, whereOf } from './oracle-compute.ts';
import type { Approach, Computation } from './task.ts';

const PARTS = 'oracleParts';
const RECORDS = 'oracleRecords';
const partName = (part: number) => `oraclePart${part}`;
const sumName = (part: number) => `oracleSum${part}`;
/** Of the passages that a part is put together from. */
const PASSAGE_BYTES_MAX = 524_288;
const PASSAGES_A_PART = 8;

interface Parts {
  readonly parts: number;
  readonly partBytes: number;
  readonly question: string;
}

/** Parts of the input, by its size as the prompt tells it; several files are one part, whatever their size. */
export function partsOf(material: string, partBytes: number): number {
  const [, files, bytes] = /^(\d+) files, (\d+) bytes$/m.exec(material) ?? [];
  return files === '1' ? Math.ceil(Number(bytes) / partBytes) : 1;
}

/** What the records of one part come to, together with what the parts before it came to. */
function summed(compute: Computation, before: string | undefined): Action[] {
  const union = before === undefined ? [] : [{ op: 'union', with: before }];
  switch (compute.kind) {
    case 'count': {
      const add = before === undefined ? [] : [{ op: 'calc', fn: 'add', by: before }];
      return [{ op: 'filter', where: whereOf(compute.where) }, { op: 'count' }, ...add];
    }
    case 'most-common': {
      const { field } = compute;
      const counts = [
        { op: 'group', by: field, with: [{ fn: 'count', as: 'n' }] },
        { op: 'select', fields: [field, 'n'] },
      ];
      if (before === undefined) return counts;
      const total = { op: 'group', by: field, with: [{ fn: 'sum', field: 'n', as: 'total' }] };
      const renamed = { op: 'derive', as: 'n', fn: 'add', of: 'total', by: 0 };
      return [...counts, ...union, total, renamed, { op: 'select', fields: [field, 'n'] }];
    }
    case 'pairs': {
      const { field, by, kinds } = compute;
      const fields = [field, by];
      const own = [
        { op: 'filter', where: [{ field: by, is: 'in', value: kinds }] },
        { op: 'distinct', by: fields },
        { op: 'select', fields },
      ];
      return before === undefined ? own : [...own, ...union, { op: 'distinct', by: fields }];
    }
    case 'list':
      return union;
  }
}

function finished(compute: Computation, sum: string, has: (name: string) => boolean): Action {
  if (compute.kind === 'count') return { action: 'Final', answer: `{{${sum}}}` };
  if (has(ANSWER)) return { action: 'Final', answer: `{{${ANSWER}}}` };
  if (compute.kind === 'pairs') return computed(compute, sum, has);
  const field = compute.kind === 'most-common' ? compute.field : '';
  const steps = [
    { op: 'top', n: 1, by: 'n' },
    { op: 'first', field },
  ];
  return { action: 'Compute', from: sum, steps, into: ANSWER };
}

/** The next step, told from the variables there are and from what was done last. */
export function nextOfParts(
  material: string,
  { fields, compute }: Extract<Approach, { kind: 'records' }>,
  { parts, partBytes, question }: Parts,
): Action {
  const has = (name: string) => material.includes(`"name":"${name}"`);
  let done = parts;
  while (done > 0 && !has(sumName(done))) done--;
  if (done === parts) return finished(compute, sumName(parts), has);
  const part = done + 1;
  const bytes = Math.max(1_024, Math.min(PASSAGE_BYTES_MAX, Math.floor(partBytes / PASSAGES_A_PART)));
  if (!has(PARTS) && part === 1 && !has(partName(1))) return { action: 'Chunk', bytes, into: PARTS };
  if (!has(partName(part))) {
    const value = [(part - 1) * partBytes, part * partBytes - 1];
    const steps = [{ op: 'filter', where: [{ field: '_start', is: 'between', value }] }];
    return { action: 'Compute', from: PARTS, steps, into: partName(part) };
  }
  const wasExtracted = /^State: .*"last":"ExtractOverChunks"/m.test(material);
  if (!wasExtracted) return { action: 'ExtractOverChunks', question, fields, over: partName(part), into: RECORDS };
  const before = part === 1 ? undefined : sumName(part - 1);
  return { action: 'Compute', from: RECORDS, steps: summed(compute, before), into: sumName(part) };
}
