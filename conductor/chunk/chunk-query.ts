// One chunk until it is answered: the panel says how many to ask, they are asked side by side, and their answers are put before
// it until it decides. Money follows its verdict. Where there is no swarm, or the panel wants it, the local backend answers.
import { PylonError } from '../../protocol/errors.ts';
import type { Fragment } from '../cut/fragments.ts';
import type { MarketChoice } from '../market/choice.ts';
import type { RunContext } from '../run/context.ts';
import type { Decision, Panel } from '../verify/panel.ts';
import type { Accepted } from '../verify/poll.ts';
import { askLocal } from './ask-local.ts';
import { groundOutput } from './question.ts';
import { Seats } from './seats.ts';
import { deliver } from './verdict.ts';
import { type ChunkAnswer, confirmedBy, type Voice } from './voice.ts';

/** What became of a chunk; `unaffordable` when no provider can be paid for it from what is left of the budget. */
export type ChunkOutcome = ChunkAnswer | 'unanswered' | 'unaffordable';

/** What an answer that counts adds to the evidence. */
function answerOf({ question }: RunContext, fragment: Fragment, accepted: Accepted<Voice>): ChunkAnswer {
  const { answer, agreeing, merged } = accepted;
  if (merged !== undefined) {
    const { grounded: findings } = groundOutput(question, merged.output, fragment);
    return { findings, model: answer.model, linesDropped: merged.dropped };
  }
  const others = agreeing.filter((voice) => voice !== answer);
  return confirmedBy(
    answer,
    others.map(({ output }) => output),
  );
}

/** Asks providers until the panel has decided. */
async function convene(panel: Panel, seats: Seats): Promise<Exclude<Decision<Voice>, { kind: 'ask' | 'wait' }>> {
  for (;;) {
    const decision = panel.decide(seats.table);
    if (decision.kind === 'ask') seats.ask(decision.count, decision.distinct);
    else if (decision.kind === 'wait') await seats.news();
    else return decision;
  }
}

/** Our own answer; where providers gave theirs, it decides on them. */
async function answerLocally(
  context: RunContext,
  fragment: Fragment,
  attempt: number,
  voices: readonly Voice[],
): Promise<ChunkOutcome> {
  const own = await askLocal(context, fragment, attempt);
  if (typeof own !== 'object') return 'unanswered';
  const examined = await context.gate?.examine(fragment.index, own, context.signal);
  if (examined !== undefined && examined !== 'passed') return 'unanswered';
  await deliver(context, fragment, { answer: own, voices, by: 'local' });
  return own;
}

/** @param isTurn it is this chunk's turn to be computed here */
async function askSwarm(
  context: RunContext,
  panel: Panel,
  seats: Seats,
  fragment: Fragment,
  isTurn = false,
): Promise<ChunkOutcome> {
  const decision = await convene(panel, seats);
  const { voices } = seats;
  if (decision.kind === 'accept') {
    await deliver(context, fragment, { ...decision, voices, by: 'panel' });
    return answerOf(context, fragment, decision);
  }
  if (context.signal.aborted) return 'unanswered';
  const isPoor = voices.length === 0 && seats.reason === 'budget-exhausted';
  if (isPoor) return 'unaffordable';
  // Until it is this chunk's turn others may have shown that these voices can be believed.
  if (decision.kind === 'local' && voices.length > 0 && !isTurn)
    return context.ownAnswers.pass(() => askSwarm(context, panel, seats, fragment, true));
  if (decision.kind === 'unanswered') {
    await deliver(context, fragment, { voices, by: 'nobody' });
    context.faults.note(new PylonError('verification-failed', { value: context.request.config.verification }));
    return 'unanswered';
  }
  const reason = voices.length > 0 ? 'unproven' : seats.reason;
  void context.emitter.emit({ type: 'FallbackLocal', chunk: fragment.index, reason });
  return answerLocally(context, fragment, seats.attempts, voices);
}

/** How a chunk is asked once more. */
export interface Again {
  /** What the first query is numbered. */
  readonly firstAttempt: number;
  /** Who answered alone before: others are to say whether it is so. */
  readonly known?: Voice;
  /** Nobody else is to be asked. */
  readonly isLocal?: boolean;
}

/** Asks until the chunk is answered or given up. Never throws for what a provider did; a bug in between is not swallowed. */
export async function askChunk(
  context: RunContext,
  choice: MarketChoice | undefined,
  fragment: Fragment,
  again?: Again,
): Promise<ChunkOutcome> {
  const { market, looseEnds, tier } = context;
  const { firstAttempt = 0, known, isLocal } = again ?? {};
  if (choice === undefined || market === undefined || isLocal === true)
    return answerLocally(context, fragment, firstAttempt, []);
  const seats = new Seats(context, market, choice, fragment, firstAttempt);
  if (known !== undefined) seats.seat(known);
  try {
    return await askSwarm(context, again === undefined ? tier.panel() : tier.checking, seats, fragment);
  } finally {
    looseEnds.add(seats.close());
  }
}
