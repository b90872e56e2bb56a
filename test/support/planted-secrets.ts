// Secrets of every kind that redaction knows, made up anew each time, and every field of a trace a stranger or a user can
// put one into.
import fc from 'fast-check';
import { sha256Hex } from '../../protocol/event.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from './traces.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const letters = (alphabet: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** From the list of BIP-39. */
const SEED_WORDS =
  'leader monkey parrot ring guide accident before fence cannon height naive bean abandon ability zoo zebra over what where then this that find error build file type true wait wall'.split(
    ' ',
  );

/** A secret, and the text in which it stands. */
export interface Planted {
  readonly kind: string;
  readonly secret: string;
  readonly text: string;
}

function kind(name: string, secret: fc.Arbitrary<string>, ...frames: readonly string[]): fc.Arbitrary<Planted> {
  return fc
    .tuple(secret, fc.constantFrom(...frames))
    .map(([made, frame]) => ({ kind: name, secret: made, text: frame.replace('@', () => made) }));
}

/** `@` stands where the secret does. */
export const plantedSecret: fc.Arbitrary<Planted> = fc.oneof(
  kind(
    'nsec',
    letters(BECH32, 58).map((rest) => `nsec1${rest}`),
    '@',
    'see @.',
    'key=@',
    'x@y',
  ),
  kind(
    'hex beside a word',
    hex(64),
    'secret=@',
    'my private key is @',
    'SECRET_KEY: "@"',
    '{"sk":"@"}',
    'preimage @',
    '@ is the seed',
  ),
  kind(
    'api key',
    letters(BASE62, 40).map((rest) => `sk-${rest}`),
    '@',
    'OPENAI_API_KEY=@',
    '"@"',
  ),
  kind('bearer', letters(`${BASE62}-._`, 32), 'Authorization: Bearer @', 'authorization: basic @'),
  kind(
    'assigned',
    letters(BASE62, 12),
    'password=@',
    'db_password: "@"',
    "TOKEN='@'",
    'aws_secret_access_key = @',
    'api-key: @',
  ),
  kind('nwc', hex(64), 'nostr+walletconnect://ab?relay=wss://r&secret=@', 'nostr+walletconnect:@'),
  kind(
    'aws',
    letters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16).map((rest) => `AKIA${rest}`),
    '@',
    'id @,',
  ),
  kind(
    'key block',
    letters(BASE62, 200),
    '-----BEGIN RSA PRIVATE KEY-----\n@\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n@',
  ),
  kind(
    'github',
    letters(BASE62, 36).map((rest) => `ghp_${rest}`),
    '@',
    'remote @ x',
  ),
  kind('in an address', letters(BASE62, 14), 'postgres://user:@@db/x', 'wss://me:@@relay.example'),
  kind(
    'seed phrase',
    fc.array(fc.constantFrom(...SEED_WORDS), { minLength: 12, maxLength: 24 }).map((words) => words.join(' ')),
    '@',
    'The words are @',
    'mnemonic: "@".',
  ),
);

const ERROR = (message: string) => ({ code: 'job-failed', message });

/** A score that has the text as its name, where it can be one. */
function scoresOf(text: string): Record<string, number> {
  return /^[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,63}$/.test(text) ? { [text]: 1 } : { accuracy: 0.5 };
}

function payloadWith(text: string): string {
  const group = text.length <= 64 ? text : 'long';
  return JSON.stringify({ findings: [{ quote: text, score: 1, note: text, group }] });
}

/** What happens between the first answer and the last, with the text in each. */
function told(text: string) {
  const usage = { calls: 1, input_tokens: 2, output_tokens: 3 };
  const predicted = { signature: 's', strategy: 's', model: text, latency_ms: 1, usage, repairs: 0 };
  return [
    { type: 'SubQueryCancel', query_id: '0.0', reason: text },
    { type: 'VerifyObjective', chunk: 0, verdict: 'rejected', query_id: '0.0', reason: text },
    { type: 'VerifyReopen', chunk: 0, reason: text },
    { type: 'VerifyValidated', chunk: 0, validator: 'cd'.repeat(32), verdict: 'unavailable', reason: text },
    { type: 'BudgetSettle', query_id: '0.0', provider: 'ab'.repeat(32), amount_msat: 26 },
    { type: 'PayoutUnknown', payout_id: 'p', reason: text },
    { type: 'PayoutFailed', payout_id: 'p', reason: text },
    { type: 'FallbackLocal', chunk: 0, reason: text },
    { type: 'Predict', ...predicted, error: ERROR(text), receipt_hash: sha256Hex(payloadWith(text)) },
    { type: 'RlmIteration', iteration: 0, action: text, observation_chars: 1, detail: text, error: ERROR(text) },
  ];
}

type EventOf<Type extends TraceEvent['type']> = Extract<TraceEvent, { type: Type }>;

/** A run in which the text stands in every field that takes one, and its payload, which holds it as well. */
export function traceWith(text: string): { events: TraceEvent[]; payload: string } {
  const [init, load, reserve, submit, returned] = traceOf({ queries: 1 }) as [
    EventOf<'RunInit'>,
    EventOf<'EnvLoadFragment'>,
    TraceEvent,
    EventOf<'SubQuerySubmit'>,
    EventOf<'SubQueryReturn'>,
  ];
  /** A name that does not fit is refused, not cut. */
  const within = (charsMax: number) => (text.length <= charsMax ? text : 'long');
  const path = `logs/${text.replaceAll('\n', ' ')}.log`;
  const span = { ...load.span, path };
  const schema = { verification: `objective:${text}`, verification_schema: text };
  const config = { ...init.config, model: within(256), relays: [text], ...schema };
  const names = { dataset: within(256), experiment: within(256) };
  const error = ERROR(text);
  const facts = [
    { ...init, query: text, inputs: [{ path, bytes: 16_000 }], config, ...names },
    { ...load, span },
    reserve,
    { ...submit, name: within(128), model: within(256) },
    { ...returned, output_hash: sha256Hex(payloadWith(text)), preview: text, model: text, error },
    ...told(text),
    { type: 'RunDone', status: 'partial', output: `${text} [1]`, span_refs: [{ ...span, id: 's1' }], error },
    { type: 'RunAnnotate', note: text, experiment: within(256), scores: scoresOf(text) },
  ];
  const header = { v: 1, run_id: runIdOf(1) };
  const events = facts.map(
    (fact, seq) => ({ ...fact, ...header, seq, timestamp_ms: TRACE_BEGINS_MS + seq }) as TraceEvent,
  );
  return { events, payload: payloadWith(text) };
}

/** True where the secret, or twelve characters of it in a row, stands in the text. */
export function leaks({ secret }: Planted, text: string): boolean {
  if (/^[a-z ]+$/.test(secret)) return text.includes(secret.split(' ').slice(0, 4).join(' '));
  for (let at = 0; at + 12 <= secret.length; at++) if (text.includes(secret.slice(at, at + 12))) return true;
  return text.includes(secret);
}
