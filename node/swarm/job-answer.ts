// The events a provider answers with: the sealed result, the plain text, the coded error. What is said in an error
// goes to a stranger: our own words for our own faults, never a backend's address or key.
import { PredictionFailed } from '../../conductor/ports.ts';
import { CATALOGUE, type PylonError, toPylonError } from '../../protocol/errors.ts';
import { encodeEscrowDemand } from '../../protocol/escrow.ts';
import type { EventTemplate, VerifiedEvent } from '../../protocol/event.ts';
import { encodeFailure } from '../../protocol/failure.ts';
import { encodeFeedback } from '../../protocol/feedback.ts';
import { encodeJobResult, type JobResult } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { isPrompt } from '../../protocol/open-job.ts';
import { demandTag, encodeDemand, type PaymentDemand } from '../../protocol/payment.ts';
import { isSealed, voidAtOf, type Work } from './job-intake.ts';
import { answerPrompt, type Workshop, workOn } from './job-work.ts';

/** NIP-90: a result has the kind of its request plus 1000. */
const RESULT_KIND_OFFSET = 1_000;
const WORDS_CHARS_MAX = 300;
const ESCROW_WORDS = 'put the price in escrow, then the work begins';
const DEMAND_WORDS = 'the credit is used up: pay what is owed, then ask again';

/** Seals what answers a sealed request, and leaves open what answers an open one. */
function travelling(text: string, request: VerifiedEvent, keys: KeyPair): { content: string; tags: string[][] } {
  return isSealed(request)
    ? { content: keys.sealFor(request.pubkey, text), tags: [['encrypted']] }
    : { content: text, tags: [] };
}

/** Does the work and returns its answer, unsigned. @throws what the work or the backend throws */
export async function answerOf(
  { request, job, priceMsat }: Work,
  workshop: Workshop,
  keys: KeyPair,
  signal: AbortSignal,
  nowSeconds: () => number,
): Promise<EventTemplate> {
  let body: string;
  if (isPrompt(job)) body = (await answerPrompt(job, workshop, signal)).text;
  else {
    const result: JobResult = {
      v: 1,
      request_id: request.id,
      nonce: job.nonce,
      provider: keys.publicKey,
      ...(await workOn(job, workshop, signal)),
    };
    body = JSON.stringify(result);
  }
  const { content } = travelling(body, request, keys);
  const template = encodeJobResult(content, request, priceMsat, nowSeconds(), voidAtOf(request));
  const tags = isSealed(request) ? template.tags : template.tags.filter(([name]) => name !== 'encrypted');
  return { ...template, tags, kind: request.kind + RESULT_KIND_OFFSET };
}

/** The words of an error that a stranger may read. */
function wordsOf(error: PylonError): string {
  if (error.code.startsWith('job-')) {
    const value = error.value === undefined ? '' : ` (${error.value.slice(0, 100)})`;
    return `${error.code}: ${error.reason}${value}`.slice(0, WORDS_CHARS_MAX);
  }
  const isToldByCode = /^(model|backend|event|seal)-/.test(error.code);
  return isToldByCode
    ? `${error.code}: ${CATALOGUE[error.code].means}`
    : `job-failed: ${CATALOGUE['job-failed'].means}`;
}

/** The `error` feedback for what was thrown, with what the attempt cost. */
export function refusalOf(
  request: VerifiedEvent,
  thrown: unknown,
  keys: KeyPair,
  nowSeconds: number,
  voidAt: number,
): EventTemplate {
  const template = encodeFeedback(request, 'error', wordsOf(toPylonError(thrown)), nowSeconds, voidAt);
  if (!(thrown instanceof PredictionFailed) || thrown.usage.calls === 0) return template;
  const { content, tags } = travelling(encodeFailure(request.id, thrown.usage), request, keys);
  return { ...template, content, tags: [...template.tags, ...tags] };
}

/** The `payment-required` feedback: what is wanted stands inside the seal of a sealed job, for it is nobody else's business. */
export function demandFor(
  request: VerifiedEvent,
  demand: PaymentDemand,
  keys: KeyPair,
  nowSeconds: number,
): EventTemplate {
  const template = encodeFeedback(request, 'payment-required', DEMAND_WORDS, nowSeconds, voidAtOf(request));
  if (!isSealed(request)) return { ...template, tags: [...template.tags, demandTag(demand)] };
  const { content, tags } = travelling(encodeDemand(request.id, demand), request, keys);
  return { ...template, content, tags: [...template.tags, ...tags] };
}

/** The `payment-required` feedback with the hold invoice of a job in escrow, which is sealed; the job goes on once it is paid. */
export function escrowDemandFor(
  request: VerifiedEvent,
  invoice: string,
  keys: KeyPair,
  nowSeconds: number,
): EventTemplate {
  const template = encodeFeedback(request, 'payment-required', ESCROW_WORDS, nowSeconds, voidAtOf(request));
  const content = keys.sealFor(request.pubkey, encodeEscrowDemand(request.id, invoice));
  return { ...template, content, tags: [...template.tags, ['encrypted']] };
}
