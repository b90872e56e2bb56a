// Which chunks are asked when the budget does not buy them all: the engine scores every chunk, the
// Router chooses among the best, and the rest stays unasked and is reported as uncovered.

import { PylonError } from '../../protocol/errors.ts';
import { type Msat, msat, msatToSats } from '../../protocol/money.ts';
import { parseVerification } from '../../protocol/policy.ts';
import type { LimitName } from '../../protocol/predict-budgets.ts';
import { ROUTER } from '../../protocol/signature.ts';
import { preview } from '../../protocol/text.ts';
import type { Corpus } from '../ports.ts';
import type { RunContext, RunRequest } from '../run/context.ts';
import { predictStep } from '../run/predict-step.ts';
import { chunkCharsMax, chunkCostMsat } from '../run/tier-terms.ts';
import type { TraceEmitter } from '../run/trace-emitter.ts';
import { scoreChunkForRouting } from '../search/route.ts';
import { type Cutting, fragmentsOf } from './fragments.ts';
import type { Survey } from './survey.ts';

/** Chunks that the Router looks at; beyond them the engine's score decides. */
const ROUTED_MAX = 200;
const OUTLINE_CHARS = 200;

export interface Selection {
  /** Numbers of the chunks to ask; undefined for all. */
  readonly chosen: ReadonlySet<number> | undefined;
}

const ALL: Selection = { chosen: undefined };

interface Scored {
  readonly index: number;
  readonly score: number;
  readonly outline: string;
  readonly bytes: number;
}

/** What a run can buy when nothing of its budget is spent yet: one that is resumed chooses as it did then. */
function budgetOf({ config, feeReservePpm = 0 }: RunRequest): Msat {
  const limitMsat = Math.round(config.budget_sats * 1_000);
  return msat(Math.floor((limitMsat * 1_000_000) / (1_000_000 + feeReservePpm)));
}

/** Most chunks that can be cut: none but the last of a file or part is shorter than four fifths of the size. */
function chunksAtMost(corpus: Corpus, { chunkBytes, parts }: Cutting): number {
  const sizes = parts?.map(({ startByte, endByte }) => endByte - startByte) ?? corpus.files.map(({ bytes }) => bytes);
  return sizes.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / (chunkBytes * 0.8))), 0);
}

async function scoreAll(context: RunContext, cutting: Cutting, ranking: Survey['ranking']): Promise<Scored[]> {
  const { plan } = await ranking();
  const scored: Scored[] = [];
  for await (const fragment of fragmentsOf(context.request.corpus, cutting)) {
    context.signal.throwIfAborted();
    const score = scoreChunkForRouting(fragment.text, plan, fragment.context);
    const outline = preview(fragment.text, OUTLINE_CHARS);
    scored.push({ index: fragment.index, score, outline, bytes: fragment.textBytes.length });
  }
  return scored.sort((one, other) => other.score - one.score || one.index - other.index);
}

async function choose(context: RunContext, scored: readonly Scored[], selectMax: number): Promise<Set<number>> {
  const shown = scored.slice(0, ROUTED_MAX);
  const fragments = shown.map(({ index, outline, score }) => ({ index, outline, score }));
  const input = { query: context.request.query, select_max: Math.min(selectMax, shown.length), fragments };
  const routed = await predictStep(context, ROUTER, input);
  const known = new Set(shown.map((fragment) => fragment.index));
  const chosen = new Set(context.request.resumption?.known.chunks()); // what is answered is paid for
  for (const index of routed?.selected ?? []) if (known.has(index) && chosen.size < selectMax) chosen.add(index);
  // Whatever the Router left of the budget goes to the best of the rest.
  for (const { index } of scored) {
    if (chosen.size >= selectMax) break;
    chosen.add(index);
  }
  return chosen;
}

/** How many chunks the whole budget buys; no bound where nothing is paid. */
function boughtChunks({ market, request }: RunContext): { readonly chunks: number; readonly price: number } {
  if (market === undefined) return { chunks: Number.POSITIVE_INFINITY, price: 0 };
  const price = chunkCostMsat(market, parseVerification(request.config.verification), chunkCharsMax(request)) ?? 0;
  return { chunks: price === 0 ? Number.POSITIVE_INFINITY : Math.floor(budgetOf(request) / price), price };
}

function buysNone(request: RunRequest, price: number): PylonError {
  const limitSats = msatToSats(budgetOf(request));
  const reason = `a chunk costs at least ${msatToSats(msat(price))} sats and the budget buys at most ${limitSats} sats of work`;
  return new PylonError('budget-too-small', { value: `${limitSats} sats`, reason });
}

/**
 * All chunks when the budget covers them (or no market is asked) and the parameters name no bound, else as many as it buys.
 * @returns with how many the parameters leave out, whatever the budget buys
 * @throws PylonError `budget-too-small` when it buys none
 */
export async function selectFragments(
  context: RunContext,
  cutting: Cutting,
  ranking: Survey['ranking'],
): Promise<Selection & { readonly leftOut: number }> {
  const { request, emitter } = context;
  const { chunks_max: wanted = Number.POSITIVE_INFINITY } = request.config;
  const { chunks: bought, price } = boughtChunks(context);
  const most = Math.min(bought, wanted);
  if (chunksAtMost(request.corpus, cutting) <= most) return { ...ALL, leftOut: 0 };
  const scored = await scoreAll(context, cutting, ranking);
  if (scored.length <= most) return { ...ALL, leftOut: 0 };
  if (most === 0) throw buysNone(request, price);
  const chosen = await choose(context, scored, most);
  await tell(emitter, scored, chosen, context.local.name);
  return { chosen, leftOut: Math.max(0, scored.length - wanted) };
}

function tell(
  emitter: TraceEmitter,
  scored: readonly Scored[],
  chosen: ReadonlySet<number>,
  method: string,
): Promise<void> {
  const bytesOf = (of: readonly Scored[]) => of.reduce((sum, fragment) => sum + fragment.bytes, 0);
  return emitter.emit({
    type: 'EnvSelectFragments',
    selected: chosen.size,
    given: scored.length,
    bytes_given: bytesOf(scored),
    bytes_selected: bytesOf(scored.filter((fragment) => chosen.has(fragment.index))),
    method,
  });
}

/** How many chunks of the size can be paid for from what is left; no bound where nothing is paid. */
function affordableChunks({ market, book, request }: RunContext, chunkBytes: number): number {
  if (market === undefined) return Number.POSITIVE_INFINITY;
  const price = chunkCostMsat(market, parseVerification(request.config.verification), chunkBytes);
  if (price === undefined || price === 0) return Number.POSITIVE_INFINITY;
  return Math.floor(book.affordableMsat(request.runId) / price);
}

/**
 * For a fan-out of an exploration: as many chunks as it may ask and what is left of the budget buys, the best by the engine's score.
 * What an interrupted run was answered before is paid for, and among them.
 * @returns with the limit that keeps the others from being asked
 */
export async function selectAtMost(
  context: RunContext,
  cutting: Cutting,
  ranking: Survey['ranking'],
  chunksMax: number,
): Promise<Selection & { readonly limit?: LimitName }> {
  const affordable = affordableChunks(context, cutting.chunkBytes);
  const most = Math.min(chunksMax, affordable);
  if (cutting.linesMax === undefined && chunksAtMost(context.request.corpus, cutting) <= most) return ALL;
  const scored = await scoreAll(context, cutting, ranking);
  if (scored.length <= most) return ALL;
  const chosen = new Set(context.request.resumption?.known.chunks());
  for (const { index } of scored.slice(0, most)) chosen.add(index);
  await tell(context.emitter, scored, chosen, context.engine.name);
  return { chosen, limit: affordable < chunksMax ? 'maxMsat' : 'maxSubLmCalls' };
}
