// The tactic report: which sequences of operations explorations have in common, what held wherever they were used, when they stopped, what
// they cost and how well they did; and one of them as the draft of a strategy, with its examples.
import { isStopWord } from '../../conductor/search/stopwords.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import {
  TACTIC_DRAFT_FORMAT,
  type Tactic,
  type TacticDraft,
  type TacticDraftRequest,
  type TacticReport,
  type TacticRequest,
} from '../../protocol/dse/mining.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { PredictUsage } from '../../protocol/predict-budgets.ts';
import { knownSignature } from '../examples/check.ts';
import type { Examples } from '../examples/desk.ts';
import { visibleToReader } from '../examples/visible.ts';
import { exampleIdOf } from './candidate.ts';
import { type Examined, examine, SCORE, type TraceSources } from './examine.ts';
import { explorationsOf } from './mine.ts';
import { type Stretch, stretchesOf } from './operations.ts';
import type { Retraced } from './retrace.ts';
import { commonSequences, type Sequence } from './sequences.ts';

const TACTICS_MAX = 50;
const PHRASE = /["“`][^"”`\n]{3,200}["”`]/;

/** An exploration that was gone through again, whatever is thought of its answer. */
interface Followed {
  readonly examined: Examined;
  readonly retraced: Retraced;
  readonly stretches: readonly Stretch[];
}

const rangeOf = (values: readonly number[]) => ({ min: Math.min(...values), max: Math.max(...values) });
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function wordsOf(query: string): Set<string> {
  const words = query.toLowerCase().match(/\p{L}{2,}/gu) ?? [];
  return new Set(words.filter((word) => !isStopWord(word)));
}

function endingOf(path: string): string {
  return /\.[A-Za-z0-9]{1,16}$/.exec(path)?.[0].toLowerCase() ?? '';
}

function preconditionOf(all: readonly Followed[]): Tactic['precondition'] {
  const retraced = all.map((one) => one.retraced);
  const [first = new Set<string>(), ...rest] = retraced.map(({ query }) => wordsOf(query));
  const sizes = retraced.map(({ sources }) => sources.reduce((sum, { bytes }) => sum + bytes, 0));
  const kinds = retraced.flatMap(({ sources }) => sources.map(({ path }) => endingOf(path)));
  return {
    inputBytes: rangeOf(sizes),
    files: rangeOf(retraced.map(({ sources }) => sources.length)),
    kinds: [...new Set(kinds)].sort(),
    words: [...first].filter((word) => rest.every((words) => words.has(word))).sort(),
    quotesPhrase: retraced.every(({ query }) => PHRASE.test(query)),
  };
}

/** The place of the sequence in a list of stretches. */
function placeOf(names: readonly string[], stretches: readonly Stretch[]): number {
  return stretches.findIndex((_, from) => names.every((name, at) => stretches[from + at]?.name === name));
}

function stopRuleOf(names: readonly string[], all: readonly Followed[]): Tactic['stopRule'] {
  const isEnd = names.at(-1) === 'Final';
  const last = names.length - (isEnd ? 2 : 1);
  const rows = all.map(({ stretches }) => stretches[placeOf(names, stretches) + last]?.rows ?? 0);
  const citations = all.map(({ retraced }) => retraced.output.evidence.length);
  return { citations: rangeOf(citations), lastOperation: names[last] ?? 'Final', rows: rangeOf(rows) };
}

function mostOf(all: readonly Followed[]): PredictUsage {
  const used = all.map(({ examined }) => examined.receipt.budgets.usage);
  const names = Object.keys(used[0] ?? {}) as (keyof PredictUsage)[];
  return Object.fromEntries(names.map((name) => [name, Math.max(...used.map((usage) => usage[name]))])) as PredictUsage;
}

function tacticOf({ names, lists, isWhole }: Sequence, followed: readonly Followed[]): Tactic {
  const all = lists.map((at) => followed[at]!);
  const receipts = all.map(({ examined }) => examined.receipt);
  const scores = all.flatMap(({ examined }) => examined.record?.scores?.[SCORE] ?? []);
  const isRepeated = (at: number) =>
    all.some(({ stretches }) => (stretches[placeOf(names, stretches) + at]?.times ?? 0) > 1);
  const usages = receipts.map(({ budgets }) => budgets.usage);
  return {
    tacticId: canonicalHash({ names, isWhole }).slice(0, 12),
    operations: names.map((name, at) => (isRepeated(at) ? `${name}+` : name)),
    isWhole,
    precondition: preconditionOf(all),
    stopRule: stopRuleOf(names, all),
    budgets: mostOf(all),
    traces: all.length,
    share: all.length / followed.length,
    goodShare: all.filter(({ examined }) => examined.doubt === undefined).length / all.length,
    meanScore: scores.length === 0 ? null : meanOf(scores),
    mean: {
      calls: meanOf(usages.map(({ lmCalls }) => lmCalls)),
      subCalls: meanOf(usages.map(({ subLmCalls }) => subLmCalls)),
      msat: meanOf(usages.map(({ msat }) => msat)),
      latencyMs: meanOf(receipts.map(({ latencyMs }) => latencyMs)),
    },
    receiptIds: receipts.map(({ receiptId }) => receiptId),
  };
}

/** Receipts whose examples are held out, however they were judged. */
async function heldBack(examples: Pick<Examples, 'of'>, signatureId: string): Promise<ReadonlySet<string>> {
  const all = await examples.of(signatureId);
  return new Set(all.filter(({ split }) => split === 'holdout').map(({ exampleId }) => exampleId));
}

/** Of explorations that became held-out examples nothing is told. @throws PylonError `signature-unknown` | `store-*` */
export async function tacticReport(
  sources: TraceSources,
  examples: Pick<Examples, 'of'>,
  request: TacticRequest,
): Promise<TacticReport> {
  const { signatureId } = knownSignature(request.signature);
  const held = await heldBack(examples, signatureId);
  const followed: Followed[] = [];
  for (const { receiptId } of await explorationsOf(sources, request)) {
    if (held.has(exampleIdOf(receiptId))) continue;
    const examined = await examine(sources, await sources.receipts.read(receiptId));
    const { retraced } = examined;
    // What cannot be followed tells of no operation.
    if (retraced !== undefined && examined.doubt?.refusal !== 'forged')
      followed.push({ examined, retraced, stretches: stretchesOf(retraced.operations) });
  }
  const lists = followed.map(({ stretches }) => stretches.map(({ name }) => name));
  const sequences = commonSequences(lists, request.minTraces).slice(0, TACTICS_MAX);
  return {
    signatureId,
    traces: followed.length,
    tactics: sequences.map((sequence) => tacticOf(sequence, followed)),
  };
}

/** `Search:bm25`, `Final` → `search_final`. */
function slugOf({ operations }: Tactic): string {
  const words = operations.map((name) => name.split(':')[0]!.replace('+', ''));
  return words.map((word) => word.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase()).join('_');
}

/**
 * What a search may see of the examples that its explorations became is part of it, and nothing that is held out.
 * @throws PylonError `signature-unknown` | `trace-not-mined` where no tactic has this id
 */
export async function tacticDraft(
  sources: TraceSources,
  examples: Pick<Examples, 'of'>,
  { tacticId, name, ...request }: TacticDraftRequest,
): Promise<TacticDraft> {
  const { signatureId, tactics } = await tacticReport(sources, examples, request);
  const tactic = tactics.find((one) => one.tacticId === tacticId);
  if (tactic === undefined)
    throw new PylonError('trace-not-mined', {
      value: tacticId,
      reason: 'no tactic of these explorations has this id',
      next: 'see `pylon dse tactics`',
    });
  const mined = new Set(tactic.receiptIds.map(exampleIdOf));
  return {
    format: TACTIC_DRAFT_FORMAT,
    version: 1,
    strategyId: `distilled.${name ?? slugOf(tactic)}.v0`,
    signatureId,
    tactic,
    examples: visibleToReader(await examples.of(signatureId)).filter(({ exampleId }) => mined.has(exampleId)),
  };
}
