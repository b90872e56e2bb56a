// From evidence to one answer in which every claim points at bytes of the input: Reducer, Verifier, and
// the last check, that each citation's bytes really stand in the user's file.
import type { PylonError } from '../../protocol/errors.ts';
import { CITATIONS_MAX } from '../../protocol/limits.ts';
import { type Evidence, REDUCER, type ReducerOutput, VERIFIER } from '../../protocol/signature.ts';
import { printSpan } from '../../protocol/span.ts';
import { NOTHING_FOUND } from '../search/answer.ts';
import { type Citation, cite } from './cite.ts';
import type { RunContext } from './context.ts';
import type { EvidencePool, PlacedFinding } from './evidence.ts';
import { predictStep } from './predict-step.ts';

export interface Reduced {
  readonly output: string;
  readonly citations: readonly Citation[];
  /** Why a plainer answer than asked for is given, if so. */
  readonly fault: PylonError | undefined;
}

function evidenceOf(context: RunContext, findings: readonly PlacedFinding[]): Evidence[] {
  return findings.map((finding, index) => {
    const reference = printSpan({ path: finding.path, start_line: finding.startLine, end_line: finding.endLine });
    const note = finding.note === undefined ? {} : { note: finding.note };
    const lines = context.countOf(finding.groupKey);
    const count = lines === undefined ? {} : { count: lines };
    return { n: index + 1, reference, quote: finding.quote, ...note, ...count };
  });
}

/** Findings always shown, where there are so many; further ones must be at least this good beside the best. */
const FINDINGS_SHOWN = 5;
const SHARE_OF_BEST_MIN = 0.5;

function worthCiting(findings: readonly PlacedFinding[]): PlacedFinding[] {
  const least = (findings[0]?.score ?? 0) * SHARE_OF_BEST_MIN;
  return findings.filter((finding, index) => index < FINDINGS_SHOWN || finding.score >= least);
}

/** Numbers the citations in the order of the answer: evidence `[7]` that is cited first becomes `[1]`. */
export function renumber(answer: string, citations: readonly number[]): string {
  const numbers = new Map(citations.map((evidence, index) => [evidence, index + 1]));
  return answer.replace(/\[(\d{1,4})\]/g, (mark, digits) => {
    const number = numbers.get(Number(digits));
    return number === undefined ? mark : `[${number}]`;
  });
}

/** Asks the chosen backend, or the embedded engine when that fails or the run has no time left. */
async function reduceBy(
  context: RunContext,
  evidence: Evidence[],
  onFault: (error: PylonError) => void,
): Promise<ReducerOutput | undefined> {
  const input = { query: context.request.query, evidence };
  const inTime = !context.signal.aborted;
  const reduced = inTime ? await predictStep(context, REDUCER, input, onFault) : undefined;
  if (reduced !== undefined) return reduced;
  return predictStep(context, REDUCER, input, onFault, context.engine, new AbortController().signal);
}

async function unsupportedClaims(
  context: RunContext,
  answer: string,
  evidence: Evidence[],
  onFault: (error: PylonError) => void,
): Promise<string[]> {
  if (context.signal.aborted) return [];
  const verified = await predictStep(context, VERIFIER, { query: context.request.query, answer, evidence }, onFault);
  return verified === undefined || verified.supported ? [] : verified.unsupported;
}

function withDoubts(answer: string, unsupported: readonly string[]): string {
  if (unsupported.length === 0) return answer;
  return `${answer}\n\nNot carried by the citations:\n${unsupported.map((claim) => `- ${claim}`).join('\n')}`;
}

/** @throws PylonError `input-changed` when a cited passage is no longer in the file */
export async function reduce(context: RunContext, pool: EvidencePool): Promise<Reduced> {
  const findings = worthCiting(pool.best(CITATIONS_MAX));
  if (findings.length === 0) return { output: NOTHING_FOUND, citations: [], fault: undefined };
  let fault: PylonError | undefined;
  const onFault = (error: PylonError) => {
    fault ??= error;
  };
  const evidence = evidenceOf(context, findings);
  const reduced = await reduceBy(context, evidence, onFault);
  const citations = (reduced?.citations ?? []).filter(
    (n, index, all) => findings[n - 1] !== undefined && all.indexOf(n) === index,
  );
  const cited: Citation[] = [];
  for (const [index, n] of citations.entries())
    cited.push(await cite(context.request.corpus, findings[n - 1]!, index + 1));
  const answer = reduced?.answer ?? NOTHING_FOUND;
  const unsupported = await unsupportedClaims(context, answer, evidence, onFault);
  void context.emitter.emit({
    type: 'Aggregate',
    evidence: findings.length,
    citations: cited.length,
    unsupported: unsupported.length,
  });
  return {
    output: withDoubts(renumber(answer, citations), unsupported),
    citations: cited,
    fault,
  };
}
