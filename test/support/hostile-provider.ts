// Providers that attack whoever reads them: real keys, real seals, real events on a real relay, and in every text and number that
// a provider controls what would act on a page, a terminal or a reader. Each is one trick.
import { realClock } from '../../node/clock.ts';
import { canonicalHash, canonicalJson } from '../../protocol/canonical.ts';
import { type EventTemplate, tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import { encodeFeedback } from '../../protocol/feedback.ts';
import { encodeAnnouncement } from '../../protocol/handler.ts';
import { encodeJobResult, type JobRequest, parseJobBody } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_CHUNK_REQUEST, KIND_CHUNK_RESULT, KIND_FEEDBACK } from '../../protocol/kinds.ts';
import { SEALED_PLAINTEXT_BYTES_MAX } from '../../protocol/limits.ts';
import { msat } from '../../protocol/money.ts';
import { encodeInvoiceAnswer, isInvoiceRequest, parseInvoiceRequest } from '../../protocol/payment.ts';
import { RelayClient } from './relay-client.ts';
import { ANNOUNCEMENT, newKeys, type Swarm } from './swarm.ts';

/** Markup, terminal sequences in 7 and 8 bits, turned text, half a character: 128 characters at most, so that it fits a name. */
export const NASTY =
  '<script>owned=1</script><img src=x onerror=owned=1>\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egnp.exe\u2066\u0000\ud800 javascript:owned=1';
/** The same for where there is room: frames, styles, links, and what closes the element it stands in. */
export const NASTY_LONG = `${NASTY} </pre></title></textarea>--><iframe srcdoc="<script>parent.owned=1</script>"></iframe><style>*{display:none}</style><a href="javascript:owned=1">x</a> [here](javascript:owned=1) <svg/onload=owned=1>\u2028\r\n\u0085\u202d\u2069\u200f`;

const HUGE_CHARS = 10_000_000;
/** Only a relay that hangs takes this long. */
const PUBLISH_MS = 60_000;
/** What a provider of a run may say at most: twice what was asked for, as canonical JSON. */
const SLACK = 2;

/** A job as the provider opened it. `nth` counts its jobs from 0. */
interface Asked {
  readonly request: VerifiedEvent;
  readonly job: JobRequest;
  readonly keys: KeyPair;
  readonly nth: number;
}

type Trick = (asked: Asked) => EventTemplate;

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const voidAt = () => nowSeconds() + 60;
const MOST_USAGE = { calls: 1_000_000, input_tokens: 1e12, output_tokens: 1e12 };

/** The result event around any body. */
function sealed({ request, keys }: Asked, body: string, amount = '11'): EventTemplate {
  const template = encodeJobResult(keys.sealFor(request.pubkey, body), request, msat(0), nowSeconds(), voidAt());
  const tags = template.tags.map((tag) => (tag[0] === 'amount' ? ['amount', amount] : tag));
  return { ...template, tags };
}

/** The body of a result that is bound to its request, whatever it says. */
function bodyOf({ request, job, keys }: Asked, output: unknown, usage: unknown = MOST_USAGE): string {
  const bound = { v: 1, request_id: request.id, nonce: job.nonce, provider: keys.publicKey };
  return JSON.stringify({ ...bound, output, output_hash: canonicalHash(output), usage, model: NASTY });
}

/** Quotes the first line, so that it is grounded, with notes, groups and scores that are not. */
function quoting({ job }: Asked): { findings: object[] } {
  const quote = job.text.split('\n').find((line) => line.trim() !== '') ?? job.text;
  const said = { group: NASTY.slice(0, 64), note: NASTY_LONG };
  return {
    findings: [
      { quote: quote.slice(0, 4_096), score: 1e308, line: 1, ...said },
      { quote: NASTY_LONG, score: -1e308, line: Number.MAX_SAFE_INTEGER, ...said },
    ],
  };
}

/** The largest output that is taken: to the character. */
function largest(asked: Asked): object {
  const { findings } = quoting(asked);
  const room = asked.job.maxOutputChars * SLACK - canonicalJson({ findings, more: '' }).length;
  return { findings, more: '\u202e<b>'.repeat(room / 4) + 'x'.repeat(room % 4) };
}

function feedback({ request }: Asked, status: 'error' | 'payment-required', extra: string): EventTemplate {
  return encodeFeedback(request, status, extra, nowSeconds(), voidAt());
}

const WRONG_USAGES: readonly string[] = ['NaN', '-1', '1e308', '"1"', 'null', '-0.5', 'Infinity', '{"a":1}'];
const WRONG_AMOUNTS: readonly string[] = [NASTY, 'NaN', '-1', '1e308', '9'.repeat(15), '9'.repeat(100_000)];
const WORDS = ['job-failed', 'model-missing', 'internal', '__proto__', NASTY];

/** What each provider does with a job, by what it is called here. */
const TRICKS = {
  quotes: (asked) => sealed(asked, bodyOf(asked, quoting(asked))),
  fills: (asked) => sealed(asked, bodyOf(asked, largest(asked))),
  overfills: (asked) => {
    const body = bodyOf(asked, { findings: [], more: '' });
    const room = SEALED_PLAINTEXT_BYTES_MAX - Buffer.byteLength(body);
    return sealed(asked, bodyOf(asked, { findings: [], more: '<'.repeat(room) }));
  },
  /** Past every bound but that of a relay without any. */
  floods: (asked) => ({ ...sealed(asked, '{}'), content: '<script>'.padEnd(HUGE_CHARS, 'A') }),
  refuses: (asked) => feedback(asked, 'error', `${WORDS[asked.nth % WORDS.length]}: ${NASTY_LONG}`),
  rants: (asked) => feedback(asked, 'error', NASTY_LONG.repeat(500)),
  demands: (asked) => feedback(asked, 'payment-required', NASTY_LONG.repeat(2)),
  miscounts: (asked) => {
    const usage = `{"calls":${WRONG_USAGES[asked.nth % WRONG_USAGES.length]},"input_tokens":0,"output_tokens":0}`;
    return sealed(asked, bodyOf(asked, quoting(asked), 'USAGE').replace('"USAGE"', usage));
  },
  overcharges: (asked) => sealed(asked, bodyOf(asked, quoting(asked)), WRONG_AMOUNTS[asked.nth % WRONG_AMOUNTS.length]),
  invents: (asked) => sealed(asked, bodyOf(asked, { findings: [{ quote: NASTY_LONG, score: 1, note: NASTY_LONG }] })),
  /** Fields that are none, and names that an object has by itself. */
  pollutes: (asked) => {
    const output = JSON.parse(`{"__proto__":{"owned":1},"findings":[],"constructor":${JSON.stringify(NASTY_LONG)}}`);
    return sealed(asked, bodyOf(asked, output));
  },
  babbles: (asked) => sealed(asked, `${NASTY_LONG}${'['.repeat(100_000)}`),
} satisfies Record<string, Trick>;

/** What comes instead of an invoice. */
function bill(request: VerifiedEvent, keys: KeyPair, nth: number): EventTemplate {
  const { id } = parseInvoiceRequest(keys.openFrom(request.pubkey, request.content));
  if (nth % 2 === 0)
    return encodeFeedback(request, 'error', `${WORDS[nth % WORDS.length]}: ${NASTY_LONG}`, nowSeconds(), voidAt());
  const template = encodeFeedback(request, 'payment-required', NASTY_LONG, nowSeconds(), voidAt());
  const content = keys.sealFor(
    request.pubkey,
    encodeInvoiceAnswer(nth % 3 === 0 ? NASTY.slice(0, 64) : id, NASTY_LONG),
  );
  return { ...template, content, tags: [...template.tags, ['encrypted']] };
}

export type TrickName = keyof typeof TRICKS;
export const TRICK_NAMES = Object.keys(TRICKS) as readonly TrickName[];

/** Announcements that are no offers: numbers that are none, too much of everything, the wrong shape. */
const NO_OFFERS: readonly string[] = [
  ...['NaN', '-1', '1e308', '"1"', '0.5'].map((price) =>
    JSON.stringify(ANNOUNCEMENT).replace('"base_msat":10', `"base_msat":${price}`),
  ),
  JSON.stringify({ ...ANNOUNCEMENT, name: NASTY_LONG.repeat(2) }),
  JSON.stringify({ ...ANNOUNCEMENT, models: [] }),
  JSON.stringify({ ...ANNOUNCEMENT, models: Array(65).fill(NASTY) }),
  JSON.stringify({ ...ANNOUNCEMENT, models: [{ toString: NASTY }] }),
  JSON.stringify([NASTY]),
  NASTY_LONG,
];

/** A crowd of them on one relay: one for each trick, and as many again whose announcements are no offers. */
export class HostileProviders {
  /** Hex keys by trick. */
  readonly keys: Readonly<Record<TrickName, string>>;
  /** Jobs that reached each. */
  readonly jobs = new Map<TrickName, number>();
  /** How often one of them was asked for its invoice. */
  bills = 0;
  /** Jobs that reached those who offer nothing. */
  strays = 0;
  /** How the relay took 10 MB: the close code, or 0 where it passed them on. */
  readonly floods: number[] = [];
  readonly #swarm: Swarm;
  readonly #pairs: ReadonlyMap<string, { readonly trick: TrickName; readonly keys: KeyPair }>;
  readonly #silent = NO_OFFERS.map(() => newKeys());
  readonly #faults: unknown[] = [];

  private constructor(swarm: Swarm, tricks: readonly TrickName[]) {
    this.#swarm = swarm;
    const pairs = tricks.map((trick) => ({ trick, keys: newKeys() }));
    this.#pairs = new Map(pairs.map((pair) => [pair.keys.publicKey, pair]));
    this.keys = Object.fromEntries(pairs.map(({ trick, keys }) => [trick, keys.publicKey])) as Record<
      TrickName,
      string
    >;
  }

  /** Announces them. @param models named by each; a name of their own where none is given */
  static async start(swarm: Swarm, models: readonly string[], tricks = TRICK_NAMES): Promise<HostileProviders> {
    const providers = new HostileProviders(swarm, tricks);
    await providers.#announce(models);
    return providers;
  }

  /** What the providers themselves stumbled over; a test wants none. */
  get faults(): readonly unknown[] {
    return this.#faults;
  }

  async #announce(models: readonly string[]): Promise<void> {
    const pool = this.#swarm.pool({ clock: realClock() });
    const publicKeys = [...this.#pairs.keys(), ...this.#silent.map(({ publicKey }) => publicKey)];
    pool.subscribe([{ kinds: [KIND_CHUNK_REQUEST, KIND_FEEDBACK], '#p': publicKeys }], {
      onEvent: (request) => void this.#hear(request).catch((thrown) => this.#faults.push(thrown)),
    });
    await pool.ready();
    const offer = {
      ...ANNOUNCEMENT,
      credit_msat: 1_000_000,
      network: 'regtest' as const,
      concurrency: 8,
      name: NASTY,
      models: [...models],
    };
    const template = (content: string) => ({
      ...encodeAnnouncement(offer, nowSeconds()),
      content,
      tags: [...encodeAnnouncement(offer, nowSeconds()).tags, ['name', NASTY_LONG], ['about', NASTY_LONG]],
    });
    for (const { keys } of this.#pairs.values()) await pool.publish(keys.sign(template(JSON.stringify(offer))));
    for (const [index, keys] of this.#silent.entries()) await pool.publish(keys.sign(template(NO_OFFERS[index]!)));
    this.#publish = (event) => pool.publish(event, { untilMs: Date.now() + PUBLISH_MS });
  }

  #publish: (event: VerifiedEvent) => Promise<void> = async () => undefined;

  async #hear(request: VerifiedEvent): Promise<void> {
    const pair = this.#pairs.get(tagValue(request, 'p') ?? '');
    if (pair === undefined) {
      this.strays += 1;
      return;
    }
    const { trick, keys } = pair;
    if (isInvoiceRequest(request)) {
      this.bills += 1;
      await this.#publish(keys.sign(bill(request, keys, this.bills)));
      return;
    }
    const nth = this.jobs.get(trick) ?? 0;
    this.jobs.set(trick, nth + 1);
    const job = parseJobBody(keys.openFrom(request.pubkey, request.content));
    const answer = keys.sign(TRICKS[trick]({ request, job, keys, nth }));
    if (answer.kind === KIND_CHUNK_RESULT && answer.content.length >= HUGE_CHARS) await this.#flood(answer);
    else await this.#publish(answer);
  }

  /** Past our own pool, which would not send it. */
  async #flood(event: VerifiedEvent): Promise<void> {
    const client = await RelayClient.connect(this.#swarm.relay.url);
    client.send('EVENT', event);
    const heard = new Promise<number>((resolve) => client.socket.once('message', () => resolve(0)));
    this.floods.push(await Promise.race([client.closed, heard]));
    client.socket.close();
  }
}
