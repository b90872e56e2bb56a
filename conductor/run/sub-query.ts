// One question about one chunk to one answerer, swarm provider or local backend, with everything that
// must be recorded about it. Whoever answers, the output passes the same grounding gate.
import { canonicalJson } from '../../protocol/canonical.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { announcedBy, type Offer, priceOf } from '../../protocol/handler.ts';
import type { JobRequest } from '../../protocol/job.ts';
import {
  EXPIRATION_SLACK_SECONDS,
  OUTPUT_CHARS_DEFAULT,
  PREVIEW_CHARS_MAX,
  SIGN_OF_LIFE_MS,
} from '../../protocol/limits.ts';
import { ENGINE_NAME, EXTRACTOR, type ExtractorOutput, NO_USAGE, type Usage } from '../../protocol/signature.ts';
import { preview } from '../../protocol/text.ts';
import { type AskOptions, type Market, type MarketReply, PredictionFailed } from '../ports.ts';
import { bind } from '../verify/bind.ts';
import { type GroundedFinding, ground } from '../verify/grounded.ts';
import type { RunContext } from './context.ts';
import type { Fragment } from './fragments.ts';
import { Patience } from './patience.ts';
import { reserveStake } from './reserve-stake.ts';
import type { Stake } from './stake.ts';

/** What a chunk's answer adds to the evidence. */
export interface ChunkAnswer {
  readonly findings: readonly GroundedFinding[];
  readonly model: string;
}

/** An answer, or why there is none: `silent` providers may be gone, `unpaid` ones want money first, `failed` ones are of no use here. */
export type Outcome = ChunkAnswer | 'failed' | 'silent' | 'unpaid';

/** What came back, before it is believed. */
interface Returned {
  readonly output: ExtractorOutput;
  readonly canonical: string;
  readonly outputHash: string;
  readonly usage: Usage;
  readonly model: string;
  readonly requestId?: string;
}

/** One sub-query's place in the trace. */
class SubQuery {
  readonly id: string;
  readonly #context: RunContext;
  readonly #fragment: Fragment;
  readonly #startedMs: number;

  constructor(
    context: RunContext,
    fragment: Fragment,
    attempt: number,
    provider: string,
    venue: 'Local' | 'Swarm',
    priceMsat: number,
    announced: { readonly model?: string; readonly name?: string } = {},
  ) {
    this.id = `${fragment.index}.${attempt}`;
    this.#context = context;
    this.#fragment = fragment;
    this.#startedMs = context.clock.now();
    const submitted = { query_id: this.id, chunk: fragment.index, attempt, provider, venue, price_msat: priceMsat };
    void context.emitter.emit({ type: 'SubQuerySubmit', ...submitted, ...announced });
  }

  get elapsedMs(): number {
    return this.#context.clock.now() - this.#startedMs;
  }

  /** Grounds and records an output. An output in which nothing is grounded although it claims something is no answer. */
  accept(returned: Returned): ChunkAnswer | 'failed' {
    const { grounded, dropped } = ground(returned.output.findings, this.#fragment);
    const invented =
      grounded.length === 0 && dropped > 0
        ? new PylonError('result-invalid', {
            reason: 'no quote of the result stands in the chunk',
            next: 'use a stronger model, or --backend extractive',
          })
        : undefined;
    if (invented !== undefined) this.#context.faults.note(invented);
    else this.#context.emitter.keepBlob(returned.outputHash, returned.canonical);
    void this.#context.emitter.emit({
      type: 'SubQueryReturn',
      query_id: this.id,
      ok: invented === undefined,
      latency_ms: this.elapsedMs,
      findings: grounded.length,
      quotes_dropped: dropped,
      usage: returned.usage,
      ...(returned.requestId === undefined ? {} : { request_id: returned.requestId }),
      ...(invented === undefined ? { output_hash: returned.outputHash } : { error: describe(invented) }),
      preview: preview(grounded[0]?.finding.quote ?? '', PREVIEW_CHARS_MAX),
    });
    return invented !== undefined ? 'failed' : { findings: grounded, model: returned.model };
  }

  /** Records why there is no answer, and what the attempt cost as far as it is known. */
  fail(thrown: unknown, patience: Patience): Outcome {
    const { emitter, faults, signal } = this.#context;
    const usage = thrown instanceof PredictionFailed ? thrown.usage : NO_USAGE;
    const spent = usage.calls === 0 ? {} : { usage };
    if (patience.exhausted !== undefined) {
      faults.note(new PylonError('job-timeout', { value: `${this.elapsedMs} ms` }));
      void emitter.emit({
        type: 'SubQueryTimeout',
        query_id: this.id,
        after_ms: this.elapsedMs,
        reason: patience.exhausted,
        ...spent,
      });
      return 'silent';
    }
    const error = toPylonError(thrown);
    if (signal.aborted) {
      void emitter.emit({
        type: 'SubQueryCancel',
        query_id: this.id,
        reason: toPylonError(signal.reason).code,
        ...spent,
      });
      return 'failed';
    }
    faults.note(error);
    const base = {
      query_id: this.id,
      ok: false,
      latency_ms: this.elapsedMs,
      findings: 0,
      quotes_dropped: 0,
      usage,
      preview: '',
    };
    void emitter.emit({ type: 'SubQueryReturn', ...base, error: describe(error) });
    if (error.code === 'job-payment-required') return 'unpaid';
    return error.code === 'relay-unreachable' ? 'silent' : 'failed';
  }
}

/** An error as records keep it. */
export function describe(error: PylonError): { code: string; message: string } {
  return { code: error.code, message: error.message.slice(0, 4_000) };
}

function jobOf(context: RunContext, fragment: Fragment, attempt: number): JobRequest {
  const { path: _path, id: _id, ...place } = fragment.span;
  return {
    job: context.request.runId,
    chunk: fragment.index,
    attempt,
    nonce: Buffer.from(context.random.bytes(16)).toString('hex'),
    signature: EXTRACTOR.signatureId,
    text: fragment.text,
    query: context.request.query,
    span: JSON.stringify(place),
    terms: context.terms,
    context: JSON.stringify(fragment.context),
    maxOutputChars: OUTPUT_CHARS_DEFAULT,
  };
}

/** What a provider returned, bound to what was asked. @throws PredictionFailed `result-invalid`, which costs what it cost */
function returnedBy(reply: MarketReply, request: JobRequest, provider: string): Returned {
  const { usage, model } = reply.result;
  try {
    return { ...bind(reply, request, provider, EXTRACTOR), usage, model, requestId: reply.requestId };
  } catch (thrown) {
    throw new PredictionFailed(toPylonError(thrown), usage, 0);
  }
}

/** The embedded engine calls no model: there is nothing to hear of afterwards. */
function asksModel(offer: Offer): boolean {
  return offer.models.some((model) => model !== ENGINE_NAME);
}

/** What is heard of a job while it is under way. */
function hearing(context: RunContext, query: SubQuery, stake: Stake, patience: Patience): AskOptions {
  return {
    signal: patience.signal,
    onSignOfLife: () => {
      if (patience.signOfLife()) void context.emitter.emit({ type: 'SubQueryExecute', query_id: query.id });
    },
    onEscrow: (invoice, requestId) => {
      patience.listen();
      stake.demanded?.(invoice, requestId);
    },
    onLateCost: (usage) => context.lateCosts.told(query.id, usage),
  };
}

/** Asks one provider. @throws PylonError `budget-exhausted` before anything is sent */
export async function askProvider(
  context: RunContext,
  market: Market,
  fragment: Fragment,
  offer: Offer,
  attempt: number,
): Promise<Outcome> {
  const { clock, signal } = context;
  const { provider } = offer;
  const { timeout_ms: timeoutMs } = context.request.config;
  const priceMsat = priceOf(offer, fragment.text.length);
  const expiresAtMs = clock.now() + timeoutMs + EXPIRATION_SLACK_SECONDS * 1000;
  const onLost = (reason: PylonError) => patience.abandon(reason);
  const queryId = `${fragment.index}.${attempt}`;
  const stake = await reserveStake(context, offer, { queryId, provider, priceMsat, expiresAtMs, onLost });
  const query = new SubQuery(context, fragment, attempt, provider, 'Swarm', priceMsat, announcedBy(offer));
  const patience = new Patience(clock, timeoutMs, signal);
  const { escrowHash: escrow } = stake;
  const request = { ...jobOf(context, fragment, attempt), ...(escrow === undefined ? {} : { escrow }) };
  let reply: MarketReply;
  let outcome: Outcome;
  try {
    patience.trust();
    await stake.prepare();
    patience.listen(SIGN_OF_LIFE_MS);
    const asked = { request, offer, bidMsat: priceMsat, expiresAtMs };
    reply = await market.ask(asked, hearing(context, query, stake, patience));
    outcome = query.accept(returnedBy(reply, request, provider));
  } catch (thrown) {
    const reason = patience.abandoned ?? thrown;
    const failed = query.fail(reason, patience);
    if (patience.signal.aborted && asksModel(offer)) context.lateCosts.expect(query.id);
    await stake.release(failed === 'silent' ? 'job-timeout' : toPylonError(reason).code);
    return failed;
  } finally {
    patience.end();
  }
  if (outcome === 'failed') await stake.release('result-invalid');
  else await stake.settle(provider, reply.amountMsat);
  return outcome;
}

/** Asks the local backend, with the chunk's text; nothing leaves the process. */
export async function askLocal(context: RunContext, fragment: Fragment, attempt: number): Promise<Outcome> {
  const { local, clock, signal, request, terms } = context;
  const query = new SubQuery(context, fragment, attempt, local.name, 'Local', 0);
  const patience = new Patience(clock, request.config.timeout_ms, signal);
  patience.trust();
  const surroundings = { terms, context: JSON.stringify(fragment.context), max_output_chars: OUTPUT_CHARS_DEFAULT };
  try {
    const input = { query: request.query, text: fragment.text, ...surroundings };
    const { output, usage } = await local.predict(EXTRACTOR, input, { signal: patience.signal });
    const canonical = canonicalJson(output);
    return query.accept({ output, canonical, outputHash: sha256Hex(canonical), usage, model: local.name });
  } catch (thrown) {
    return query.fail(thrown, patience);
  } finally {
    patience.end();
  }
}
