// One chunk to one swarm provider: its price set aside, the job sent, the answer bound and grounded. What comes of it is a
// voice whose stake is open.

import type { PylonError } from '../../protocol/errors.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { announcedBy, clusterOf, type Offer, priceOf } from '../../protocol/handler.ts';
import type { JobRequest } from '../../protocol/job.ts';
import { EXPIRATION_SLACK_SECONDS, SIGN_OF_LIFE_MS } from '../../protocol/limits.ts';
import type { Fragment } from '../cut/fragments.ts';
import type { PacedJob } from '../market/pace.ts';
import { type AskOptions, type Market, type MarketReply, PredictionFailed } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import { reserveStake } from '../stake/reserve-stake.ts';
import type { Stake } from '../stake/stake.ts';
import { bind } from '../verify/bind.ts';
import { asksModel } from '../verify/kind-of-answer.ts';
import type { Patience } from './patience.ts';
import { outputCharsMax, signatureOf, wordsOf } from './question.ts';
import { type Returned, SubQuery } from './sub-query.ts';
import { type Outcome, Voice } from './voice.ts';

/** What is asked of whom. */
export interface ProviderQuestion {
  readonly fragment: Fragment;
  readonly offer: Offer;
  readonly queryId: string;
  readonly attempt: number;
  /** Its end withdraws the job. It begins when the price is set aside. */
  readonly patience: Patience;
  readonly isCanary?: boolean;
  /** Keeps the time. */
  readonly job?: Pick<PacedJob, 'sent' | 'signOfLife' | 'isSilent'>;
  /** The query that is late, beside which this one is asked. */
  readonly hedgeOf?: string;
}

/** Queries of one chunk in one round of asking, at most. */
export const ROUND_ATTEMPTS = 64;

/** Nothing in it tells a first question from a second one or a canary: who knows that it is checked need not be honest before. */
function jobOf(context: RunContext, { fragment }: ProviderQuestion, escrow: string | undefined): JobRequest {
  const { start_line, end_line, start_byte, end_byte, content_hash } = fragment.span;
  return {
    job: context.request.runId,
    chunk: fragment.index,
    attempt: 0,
    nonce: Buffer.from(context.random.bytes(16)).toString('hex'),
    ...wordsOf(context.question),
    text: fragment.text,
    span: JSON.stringify({ start_line, end_line, start_byte, end_byte, content_hash }),
    context: JSON.stringify(fragment.context),
    maxOutputChars: outputCharsMax(context.question, fragment, context.tier),
    ...(escrow === undefined ? undefined : { escrow }),
  };
}

/** What a provider returned, bound to what was asked. @throws PredictionFailed `result-invalid`, which costs what it cost */
function returnedBy(context: RunContext, reply: MarketReply, request: JobRequest, provider: string): Returned {
  const { usage, model } = reply.result;
  try {
    return {
      ...bind(reply, request, provider, signatureOf(context.question)),
      usage,
      model,
      requestId: reply.requestId,
    };
  } catch (thrown) {
    throw new PredictionFailed(toPylonError(thrown), usage, 0);
  }
}

/** What is heard of a job while it is under way. */
function hearing(context: RunContext, query: SubQuery, stake: Stake, { patience, job }: ProviderQuestion): AskOptions {
  return {
    signal: patience.signal,
    onSignOfLife: () => {
      job?.signOfLife();
      if (patience.signOfLife()) void context.emitter.emit({ type: 'SubQueryExecute', query_id: query.id });
    },
    onEscrow: (invoice, requestId) => {
      job?.signOfLife();
      patience.listen();
      stake.demanded?.(invoice, requestId);
    },
    onLateCost: (usage) => context.lateCosts.told(query.id, usage),
  };
}

/** Asks one provider. A voice's stake is open; of any other outcome nothing is left. @throws PylonError `budget-exhausted` before anything is sent */
export async function askProvider(context: RunContext, market: Market, question: ProviderQuestion): Promise<Outcome> {
  const { fragment, offer, queryId, patience, job, hedgeOf } = question;
  const { clock } = context;
  const { provider } = offer;
  const { timeout_ms: timeoutMs } = context.request.config;
  const priceMsat = priceOf(offer, fragment.text.length);
  const expiresAtMs = clock.now() + timeoutMs + EXPIRATION_SLACK_SECONDS * 1000;
  const onLost = (reason: PylonError) => patience.abandon(reason);
  const stake = await reserveStake(context, offer, { queryId, provider, priceMsat, expiresAtMs, onLost });
  const { attempt, isCanary } = question;
  const announced = announcedBy(offer);
  const query = new SubQuery(context, {
    fragment,
    queryId,
    attempt,
    provider,
    venue: 'Swarm',
    priceMsat,
    isCanary,
    announced,
  });
  if (hedgeOf !== undefined) void context.emitter.emit({ type: 'SubQueryHedge', query_id: queryId, of: hedgeOf });
  patience.begin(timeoutMs);
  const request = jobOf(context, question, stake.escrowHash);
  try {
    patience.trust();
    await stake.prepare();
    patience.listen(SIGN_OF_LIFE_MS);
    const asked = { queryId, request, offer, bidMsat: priceMsat, expiresAtMs };
    job?.sent();
    const reply = await market.ask(asked, hearing(context, query, stake, question));
    const returned = returnedBy(context, reply, request, provider);
    const answer = query.accept(returned);
    if (answer !== 'failed') {
      const { outputHash, canonical } = returned;
      const said = {
        ...answer,
        queryId,
        chunk: fragment.index,
        provider,
        cluster: clusterOf(offer),
        outputHash,
        latencyMs: query.elapsedMs,
        provenance: { offer, request, requestId: reply.requestId, canonical },
      };
      return new Voice(said, { stake, amountMsat: reply.amountMsat });
    }
  } catch (thrown) {
    const reason = patience.abandoned ?? thrown;
    const failed = query.fail(reason, patience);
    // A run must not wait at its end for the last word of one that never said the first.
    if (patience.signal.aborted && asksModel(offer) && job?.isSilent !== true)
      context.lateCosts.expect(query.id, context.pace.signs.wayMs(provider));
    await stake.release(failed === 'silent' ? 'job-timeout' : toPylonError(reason).code);
    return failed;
  } finally {
    patience.end();
  }
  await stake.release('result-invalid');
  return 'failed';
}
