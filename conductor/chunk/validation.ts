// Has a validator judge the answers of a run: each is a sealed job of its own, paid like any, and only a good attestation counts. The
// validator is paid for its word, whatever it says; for none, or one that does not hold, it is not.
import { type Attestation, requestHash, VALIDATOR } from '../../protocol/attestation.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { type Offer, priceOf } from '../../protocol/handler.ts';
import type { JobRequest } from '../../protocol/job.ts';
import { EXPIRATION_SLACK_SECONDS, SIGN_OF_LIFE_MS } from '../../protocol/limits.ts';
import { fieldSpecsSchema } from '../../protocol/records.ts';
import { NO_USAGE, type Usage } from '../../protocol/signature.ts';
import { type Market, PredictionFailed } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import { validatorOffer } from '../run/tier-terms.ts';
import { isPrepaid } from '../stake/prepaid-hold.ts';
import { reserveStake } from '../stake/reserve-stake.ts';
import { checkAttestation } from '../verify/attestation.ts';
import { bind } from '../verify/bind.ts';
import { asksModel } from '../verify/kind-of-answer.ts';
import type { Examined, Gate } from './gate.ts';
import { Patience } from './patience.ts';
import { payFirst } from './pay-first.ts';
import type { Provenance, Voice } from './voice.ts';

/** An answer that is bound and grounded, with what it answers. */
interface AnswerToJudge extends Provenance {
  readonly chunk: number;
  /** Of the sub-query that it answers. */
  readonly queryId: string;
  /** sha256 (hex) of `canonical`. */
  readonly outputHash: string;
  readonly model: string;
}

/** `unavailable` when the validator gave no word that counts: the answer is not accepted, and nothing is said against it. */
type Judgement =
  | { readonly verdict: 'confirmed' | 'refuted'; readonly attestation: Attestation }
  | { readonly verdict: 'unavailable'; readonly error: PylonError };

/** A validator that was lost on the way, or wants to be paid first, is asked once more. */
const ATTEMPTS_MAX = 2;
/** Jobs it may have waiting for each one it works on: it must not refuse what an honest provider waits for. */
const QUEUE_PER_SLOT = 4;

/** As many at a time as the validator takes. */
class Room {
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  async enter(places: number): Promise<void> {
    while (this.#inside >= places) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inside++;
  }

  leave(): void {
    this.#inside--;
    this.#waiting.shift()?.();
  }
}

export class Validation implements Gate {
  readonly #context: RunContext;
  readonly #market: Market;
  readonly #validator: string;
  readonly #room = new Room();

  /** @param validator hex key */
  constructor(context: RunContext, market: Market, validator: string) {
    this.#context = context;
    this.#market = market;
    this.#validator = validator;
  }

  async examine(chunk: number, voice: Voice, signal: AbortSignal): Promise<Examined> {
    const { queryId, outputHash, model, provenance } = voice;
    if (provenance === undefined) return 'unavailable'; // nobody is asked to judge what was never asked of anybody
    const { verdict } = await this.#judge({ chunk, queryId, outputHash, model, ...provenance }, signal);
    if (verdict === 'unavailable') return verdict;
    return verdict === 'confirmed' ? 'passed' : 'failed';
  }

  async #judge(answer: AnswerToJudge, signal: AbortSignal): Promise<Judgement> {
    let judgement: Judgement = withdrawn(signal);
    for (let attempt = 0; attempt < ATTEMPTS_MAX && !signal.aborted; attempt++) {
      judgement = await this.#ask(answer, attempt, signal);
      if (judgement.verdict !== 'unavailable' || judgement.error.code === 'budget-exhausted') break;
      if (judgement.error.code === 'job-payment-required' && !(await payFirst(this.#context, this.#validator))) break;
    }
    return judgement;
  }

  async #ask(answer: AnswerToJudge, attempt: number, signal: AbortSignal): Promise<Judgement> {
    const offer = validatorOffer(this.#market, this.#validator);
    if (offer === undefined) return this.#tell(answer, gone(), NO_USAGE);
    await this.#room.enter(isPrepaid(this.#context, offer) ? 1 : offer.concurrency * QUEUE_PER_SLOT);
    try {
      if (signal.aborted) return withdrawn(signal);
      return await this.#askWithRoom(answer, offer, `${answer.queryId}.v${attempt}`, signal);
    } catch (thrown) {
      return this.#tell(answer, { verdict: 'unavailable', error: toPylonError(thrown) }, NO_USAGE);
    } finally {
      this.#room.leave();
    }
  }

  /** @throws PylonError `budget-exhausted` before anything is sent */
  async #askWithRoom(answer: AnswerToJudge, offer: Offer, queryId: string, signal: AbortSignal): Promise<Judgement> {
    const { clock, request, lateCosts } = this.#context;
    const { provider } = offer;
    const { timeout_ms: timeoutMs } = request.config;
    const priceMsat = priceOf(offer, answer.request.text.length);
    const expiresAtMs = clock.now() + timeoutMs + EXPIRATION_SLACK_SECONDS * 1_000;
    const onLost = (reason: PylonError) => patience.abandon(reason);
    const stake = await reserveStake(this.#context, offer, { queryId, provider, priceMsat, expiresAtMs, onLost });
    const patience = Patience.until(clock, signal).begin(timeoutMs);
    try {
      patience.trust();
      await stake.prepare();
      patience.listen(SIGN_OF_LIFE_MS);
      const asked = this.#jobFor(answer, stake.escrowHash);
      const reply = await this.#market.ask(
        { request: asked, offer, bidMsat: priceMsat, expiresAtMs },
        {
          signal: patience.signal,
          onSignOfLife: () => void patience.signOfLife(),
          onEscrow: (invoice, requestId) => {
            patience.listen();
            stake.demanded?.(invoice, requestId);
          },
          onLateCost: (usage) => lateCosts.told(queryId, usage),
        },
      );
      const attestation = this.#read(reply, asked, answer, offer);
      await stake.settle(provider, reply.amountMsat);
      return this.#tell(answer, { verdict: attestation.verdict, attestation }, reply.result.usage);
    } catch (thrown) {
      const error = patience.abandoned ?? toPylonError(thrown);
      if (patience.signal.aborted && asksModel(offer)) lateCosts.expect(queryId);
      await stake.release(patience.exhausted === undefined ? error.code : 'job-timeout');
      if (signal.aborted) return withdrawn(signal);
      const usage = thrown instanceof PredictionFailed ? thrown.usage : NO_USAGE;
      return this.#tell(answer, { verdict: 'unavailable', error }, usage);
    } finally {
      patience.end();
    }
  }

  /** What was asked of the provider, and what it said; a job of its own, with a nonce of its own. */
  #jobFor({ request, requestId, offer, model, canonical }: AnswerToJudge, escrow: string | undefined): JobRequest {
    const { escrow: _theirs, ...asked } = request;
    const head = JSON.stringify({ provider: offer.provider, request_id: requestId, model });
    return {
      ...asked,
      nonce: Buffer.from(this.#context.random.bytes(16)).toString('hex'),
      signature: VALIDATOR.signatureId,
      answer: `${head.slice(0, -1)},"output":${canonical}}`,
      ...(escrow === undefined ? {} : { escrow }),
    };
  }

  /** @throws PredictionFailed `result-invalid` | `attestation-invalid`, with what it cost */
  #read(reply: Parameters<typeof bind>[0], asked: JobRequest, answer: AnswerToJudge, validator: Offer): Attestation {
    const { request, requestId, outputHash: resultHash, offer: provider } = answer;
    const { query, text, terms, context, maxOutputChars: max_output_chars } = request;
    try {
      const { output } = bind(reply, asked, validator.provider, VALIDATOR);
      const fields = request.fields === undefined ? undefined : fieldSpecsSchema.parse(JSON.parse(request.fields));
      const hash = requestHash({ query, text, terms, context, max_output_chars }, fields);
      const expected = { requestId, requestHash: hash, resultHash, provider, validator };
      checkAttestation(output, expected, Math.floor(this.#context.clock.now() / 1_000));
      return output;
    } catch (thrown) {
      throw new PredictionFailed(toPylonError(thrown), reply.result.usage, 0);
    }
  }

  #tell({ chunk, queryId }: AnswerToJudge, judgement: Judgement, usage: Usage): Judgement {
    const { emitter, faults } = this.#context;
    const said = { chunk, validator: this.#validator, verdict: judgement.verdict, query_id: queryId };
    const spent = usage.calls === 0 ? {} : { usage };
    if (judgement.verdict === 'unavailable') {
      const { code, message } = judgement.error;
      faults.note(judgement.error);
      void emitter.emit({ type: 'VerifyValidated', ...said, ...spent, reason: `${code}: ${message}`.slice(0, 1_000) });
    } else void emitter.emit({ type: 'VerifyValidated', ...said, ...spent, attestation: judgement.attestation });
    return judgement;
  }
}

function gone(): Judgement {
  const reason = 'the validator does not announce itself any more';
  return { verdict: 'unavailable', error: new PylonError('verification-unavailable', { reason }) };
}

/** Nobody waits for the verdict any more: that is nobody's fault, and nothing to tell. */
function withdrawn(signal: AbortSignal): Judgement {
  return { verdict: 'unavailable', error: new PylonError('job-cancelled', { cause: signal.reason }) };
}
