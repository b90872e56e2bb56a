// What follows from a panel's decision: those whose answer was accepted are paid, those who said something else are not, and
// everybody's record learns of it. The trace tells it before money moves.

import { canonicalJson } from '../../protocol/canonical.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { tellsAccepted } from '../../protocol/fold-answers.ts';
import type { TraceFact } from '../../protocol/trace.ts';
import type { Fragment } from '../cut/fragments.ts';
import type { RunContext } from '../run/context.ts';
import { kindOf } from '../verify/kind-of-answer.ts';
import { agreeOutputs } from '../verify/output-agreement.ts';
import type { MergedRecords } from '../verify/record-agreement.ts';
import type { Voice } from './voice.ts';

/** What was decided on the voices of one chunk. */
export interface Verdict {
  /** The answer that counts from now on; undefined when none does. */
  readonly answer?: Voice;
  readonly voices: readonly Voice[];
  /** Those who said the same as the answer; where it is our own, that is found out here. */
  readonly agreeing?: readonly Voice[];
  /** What counts in place of the answer: records of several voices. */
  readonly merged?: MergedRecords;
  /** Who decided: the voices among themselves, our own computation, or nobody could. */
  readonly by: 'panel' | 'local' | 'nobody';
}

function agreeingOf({ answer, agreeing }: Verdict, judged: readonly Voice[]): readonly Voice[] {
  if (agreeing !== undefined || answer === undefined) return agreeing ?? [];
  return judged.filter((voice) => agreeOutputs(voice.output, answer.output).agrees);
}

/** Our own answer decides on those of its kind; of the others nothing is known. */
function judgedBy({ answer, voices, by }: Verdict): readonly Voice[] {
  if (by !== 'local' || answer === undefined) return voices;
  return voices.filter((voice) => kindOf(voice.model) === kindOf(answer.model));
}

const WORDS = { panel: 'accepted', local: 'local', nobody: 'undecided' } as const;

/** Who said the same as what is taken for the truth, and who did not. @param verdict its word in the trace */
export function comparison(
  chunk: number,
  agreeing: readonly Voice[],
  dissenting: readonly Voice[],
  verdict: string,
): TraceFact {
  const [n, m] = [agreeing.length, agreeing.length + dissenting.length];
  const ids = (voices: readonly Voice[]) => voices.map(({ queryId }) => queryId);
  const sides = { agreeing: ids(agreeing), dissenting: ids(dissenting) };
  return { type: 'VerifyRedundant', chunk, agreement: n / m, n, m, verdict, ...sides };
}

/** On how many lines of records the voices had to agree, and on how many they did not. */
function linesOf(merged: MergedRecords | undefined) {
  return merged === undefined ? {} : { lines: merged.lines, lines_dropped: merged.dropped };
}

/** Keeps what counts where no single answer says it: a run that is resumed reads it back. */
function keep({ emitter }: RunContext, { outputHash }: Voice, merged: MergedRecords | undefined) {
  if (merged === undefined) return {};
  const canonical = canonicalJson(merged.output);
  const hash = sha256Hex(canonical);
  if (hash === outputHash) return {};
  emitter.keepBlob(hash, canonical);
  return { output_hash: hash };
}

/** Tells, pays and remembers. Resolves when it is decided that everybody gets what is theirs. @throws PylonError `store-failed` */
export async function deliver(context: RunContext, fragment: Fragment, verdict: Verdict): Promise<void> {
  const { answer, voices, by, merged } = verdict;
  const chunk = fragment.index;
  const judged = judgedBy(verdict);
  const agreeing = agreeingOf(verdict, judged);
  const dissenting = judged.filter((voice) => !agreeing.includes(voice));
  const facts: TraceFact[] = [];
  if (judged.length > 1 || (by === 'local' && judged.length > 0))
    facts.push({ ...comparison(chunk, agreeing, dissenting, WORDS[by]), ...linesOf(merged) });
  if (answer !== undefined && tellsAccepted(context.request.config))
    facts.push({ type: 'VerifyAccept', chunk, query_id: answer.queryId, ...keep(context, answer, merged) });
  if (facts.length > 0) void context.emitter.emitTogether(facts);
  if (by !== 'nobody') context.trust.learn({ chunk, agreeing, dissenting, by });
  const isCertain = by === 'local' || (by === 'panel' && agreeing.length > 1);
  if (answer !== undefined && isCertain) {
    const knownTo = voices.map(({ cluster }) => cluster);
    const known = { output: merged?.output ?? answer.output, model: answer.model };
    context.canaries?.add(fragment, context.question, known, knownTo);
  }
  const reason = by === 'nobody' ? 'undecided' : 'disagreed';
  const rejected = voices.filter((voice) => !agreeing.includes(voice));
  await Promise.all([...agreeing.map((voice) => voice.settle()), ...rejected.map((voice) => voice.reject(reason))]);
}
