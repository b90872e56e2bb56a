// What a provider makes of a request: the work it asks for, or the coded reason why not. The cheapest reasons
// come first; nothing is decrypted that is refused anyway.
import { PylonError } from '../../protocol/errors.ts';
import { expirationOf, type VerifiedEvent } from '../../protocol/event.ts';
import { type Announcement, priceOf } from '../../protocol/handler.ts';
import { bidOf, type JobRequest, parseJobBody } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { type Msat, ZERO_MSAT } from '../../protocol/money.ts';
import { isPrompt, type PromptJob, parseJobTags } from '../../protocol/open-job.ts';
import { isJobId } from '../../protocol/payment.ts';
import { sealedChars } from '../../protocol/seal.ts';

/** A request that says no end, or none before this, ends here: it bounds what must be remembered. */
const LIFETIME_SECONDS_MAX = 86_400;
const LIFETIME_SECONDS_DEFAULT = 600;

/** A request as a provider works on it. */
export interface Work {
  readonly request: VerifiedEvent;
  readonly job: JobRequest | PromptJob;
  /** The answer travels as the request did. */
  readonly isSealed: boolean;
  readonly priceMsat: Msat;
  /** Payment hash (hex) on which the price is to wait; absent where it is owed, or nothing is to be paid. */
  readonly escrow?: string;
}

/** What its customer calls this work when it pays for it: the run, or the request itself where it names none that can be written. */
export function debtNameOf({ request, job }: Work): string {
  return !isPrompt(job) && isJobId(job.job) ? job.job : request.id;
}

/** Unix seconds from which on nobody waits for an answer. */
export function voidAtOf(request: VerifiedEvent): number {
  const latest = request.created_at + LIFETIME_SECONDS_MAX;
  return Math.min(expirationOf(request) ?? request.created_at + LIFETIME_SECONDS_DEFAULT, latest);
}

export function isSealed(request: VerifiedEvent): boolean {
  return request.tags.some(([name]) => name === 'encrypted');
}

/** @throws PylonError `job-expired` | `job-too-large`: what can be told from outside */
export function checkEnvelope(request: VerifiedEvent, announcement: Announcement, nowSeconds: number): void {
  const voidAt = voidAtOf(request);
  if (voidAt <= nowSeconds) throw new PylonError('job-expired', { value: new Date(voidAt * 1_000).toISOString() });
  const most = isSealed(request) ? sealedChars(announcement.max_input_bytes) : announcement.max_input_bytes;
  if (request.content.length > most) throw tooLarge(announcement.max_input_bytes);
}

/**
 * Opens and reads a request.
 * @throws PylonError `job-invalid` | `job-too-large` | `job-unsupported` | `job-price-too-low` | `seal-invalid`
 */
export function readWork(request: VerifiedEvent, announcement: Announcement, keys: KeyPair): Work {
  const sealed = isSealed(request);
  const job = sealed ? openJob(request, announcement, keys) : parseJobTags(request.tags);
  const text = isPrompt(job) ? job.prompt : job.text;
  if (!sealed && Buffer.byteLength(text) > announcement.max_input_bytes) throw tooLarge(announcement.max_input_bytes);
  if (job.model !== undefined && !announcement.models.includes(job.model))
    throw new PylonError('job-unsupported', { value: job.model, reason: 'the provider does not have this model' });
  const priceMsat = priceOf(announcement, text.length);
  const bid = bidOf(request) ?? ZERO_MSAT;
  if (bid < priceMsat)
    throw new PylonError('job-price-too-low', {
      value: `${bid} msat`,
      reason: `the price of this job is ${priceMsat} msat`,
    });
  const escrow = isPrompt(job) || priceMsat === 0 ? undefined : job.escrow;
  if (escrow !== undefined && !sealed)
    throw new PylonError('job-unsupported', { value: 'escrow', reason: 'only a sealed job can be paid in escrow' });
  return { request, job, isSealed: sealed, priceMsat, ...(escrow === undefined ? {} : { escrow }) };
}

function tooLarge(bytesMax: number): PylonError {
  return new PylonError('job-too-large', { reason: `this provider takes ${bytesMax} bytes` });
}

/** A tag as our own conductor writes it; only there is it unescaped. The rare other spellings take the longer way. */
const SIGNATURE_TAG = '["param","signature",';

function openJob(request: VerifiedEvent, announcement: Announcement, keys: KeyPair): JobRequest | PromptJob {
  const body = keys.openFrom(request.pubkey, request.content);
  if (Buffer.byteLength(body) > announcement.max_input_bytes) throw tooLarge(announcement.max_input_bytes);
  return body.includes(SIGNATURE_TAG) ? parseJobBody(body) : parseJobTags(tagsIn(body));
}

function tagsIn(body: string): string[][] {
  let tags: unknown;
  try {
    tags = JSON.parse(body);
  } catch (cause) {
    throw new PylonError('job-invalid', { reason: 'the body is not JSON', cause });
  }
  const isTagList =
    Array.isArray(tags) && tags.every((tag) => Array.isArray(tag) && tag.every((item) => typeof item === 'string'));
  if (!isTagList) throw new PylonError('job-invalid', { reason: 'the body is not a list of tags' });
  return tags as string[][];
}
