// What a provider says went wrong, together with what the attempt cost: a failed job's model calls are counted
// like any others.
import { PredictionFailed } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import { parseEscrowDemand } from '../../protocol/escrow.ts';
import { tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import { parseFailure } from '../../protocol/failure.ts';
import { errorOfFeedback, errorOfWords } from '../../protocol/feedback.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { demandInTags, type PaymentDemand, parseDemand } from '../../protocol/payment.ts';
import type { Usage } from '../../protocol/signature.ts';

/** The cost inside the seal, when it is told and can be read. */
function costOf(event: VerifiedEvent, keys: KeyPair): Usage | undefined {
  const requestId = tagValue(event, 'e');
  if (event.content === '' || requestId === undefined) return undefined;
  const isSealed = event.tags.some(([name]) => name === 'encrypted');
  return parseFailure(isSealed ? keys.openFrom(event.pubkey, event.content) : event.content, requestId);
}

/**
 * The error of an `error` feedback: `"<code>: <words>"`, with what the attempt cost where the provider tells it.
 * @throws PylonError `seal-invalid` when the content is sealed but does not open
 */
export function providerError(event: VerifiedEvent, extra: string, keys: KeyPair): PylonError {
  const error = errorOfFeedback(extra);
  const usage = costOf(event, keys);
  return usage === undefined ? error : new PredictionFailed(error, usage, 0);
}

/** Codes that a provider may give when it is asked for an invoice; those of its wallet would read like those of ours. */
const INVOICE_CODE = /^(invoice|event|seal)-/;

/** Why a provider gives no invoice; any other code becomes `invoice-denied` with the words kept. */
export function refusedInvoice(extra: string): PylonError {
  return errorOfWords(extra, INVOICE_CODE, 'invoice-denied');
}

/** The error of a `payment-required` feedback to a job, with the amount that is wanted where it is told. */
export function paymentRequired(event: VerifiedEvent, extra: string, keys: KeyPair): PylonError {
  const demand = demandOf(event, keys);
  const value = demand === undefined ? extra : `${demand.amountMsat} msat`;
  return new PylonError('job-payment-required', value === '' ? {} : { value });
}

/** The hold invoice by which a provider asks for its escrow; undefined when the feedback asks for something else. */
export function escrowDemand(event: VerifiedEvent, keys: KeyPair): string | undefined {
  const isSealed = event.tags.some(([name]) => name === 'encrypted');
  if (!isSealed || event.content === '') return undefined;
  return parseEscrowDemand(keys.openFrom(event.pubkey, event.content), tagValue(event, 'e') ?? '');
}

/** What a provider wants before it works on: inside the seal of a sealed job, in the tags of an open one. */
function demandOf(event: VerifiedEvent, keys: KeyPair): PaymentDemand | undefined {
  const requestId = tagValue(event, 'e') ?? '';
  const isSealed = event.tags.some(([name]) => name === 'encrypted');
  if (!isSealed || event.content === '') return demandInTags(event);
  return parseDemand(keys.openFrom(event.pubkey, event.content), requestId);
}
