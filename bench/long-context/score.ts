// From the words of an answer to a score, by the rules of the benchmarks that the suites follow.
import type { EvidenceSpan, Scoring } from './task.ts';

/** What is lost for each that a count is off (OOLONG). */
const COUNT_DECAY = 0.75;
/** Citation marks are not part of an answer's numbers. */
const MARK = /\[\d{1,4}\]/g;
const NUMBER = /-?\d[\d,]*/;
/** Two names with at most a few signs between them: `a, b`, `(a, b)`, `a-b`, `["a","b"]`. */
const PAIR = /([a-z]+-?\d+)["'\s]*(?:,|&|and|-|–|\/)["'\s]*([a-z]+-?\d+)/gi;

/** `12: place`, `no: 12, kind: place`. */
const LABELLED = /(\d+)[\s,;:|]+(?:kind: )?([a-z]+)/g;

/** The first whole number of an answer. */
function numberIn(answer: string): number | undefined {
  const found = NUMBER.exec(answer)?.[0];
  return found === undefined ? undefined : Number(found.replaceAll(',', ''));
}

function keyOf(left: string, right: string): string {
  return [left.toLowerCase(), right.toLowerCase()].sort().join(' ');
}

/** The unordered pairs of an answer, each once: one pair a line, or a JSON list of pairs. */
export function pairsIn(answer: string): Set<string> {
  const found = [...answer.matchAll(PAIR)].map(([, left = '', right = '']) => keyOf(left, right));
  return new Set(found.filter((key) => key.split(' ')[0] !== key.split(' ')[1]));
}

/** F1 of what was found against what is there; 1 where both are empty. */
export function f1(found: ReadonlySet<string>, wanted: ReadonlySet<string>): number {
  const right = [...found].filter((key) => wanted.has(key)).length;
  const all = found.size + wanted.size;
  return all === 0 ? 1 : (2 * right) / all;
}

function names(answer: string, word: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'iu').test(
    answer,
  );
}

function rightLabels(answer: string, labels: readonly (readonly [number, string])[]): number {
  const told = new Map<number, string | undefined>();
  for (const [, number, label] of answer.matchAll(LABELLED)) {
    const no = Number(number);
    told.set(no, told.has(no) ? undefined : label);
  }
  return labels.length === 0 ? 1 : labels.filter(([no, label]) => told.get(no) === label).length / labels.length;
}

/** @param answer null where there is none: 0 @returns from 0 to 1 */
export function scoreOf(scoring: Scoring, answer: string | null): number {
  if (answer === null) return 0;
  const words = answer.replace(MARK, ' ');
  switch (scoring.kind) {
    case 'text':
      if (scoring.reject.some((word) => words.includes(word))) return 0;
      return scoring.accept.some((pattern) => new RegExp(pattern, 'i').test(words)) ? 1 : 0;
    case 'count': {
      const number = numberIn(words);
      return number === undefined ? 0 : COUNT_DECAY ** Math.abs(number - scoring.count);
    }
    case 'choice': {
      const named = scoring.of.filter((choice) => names(words, choice));
      return named.length === 1 && named[0] === scoring.choice ? 1 : 0;
    }
    case 'labels':
      return rightLabels(words, scoring.labels);
    case 'pairs':
      return f1(pairsIn(words), new Set(scoring.pairs.map(([left, right]) => keyOf(left, right))));
  }
}

/** The share of the evidence that is cited: a span counts when one cited line of it does. Null where a task has none. */
export function evidenceCoverage(
  evidence: readonly EvidenceSpan[],
  cited: readonly { readonly path: string; readonly start_line: number; readonly end_line: number }[],
): number | null {
  if (evidence.length === 0) return null;
  const isCited = ({ path, startLine, endLine }: EvidenceSpan) =>
    cited.some((span) => span.path === path && span.start_line <= endLine && span.end_line >= startLine);
  return evidence.filter(isCited).length / evidence.length;
}
