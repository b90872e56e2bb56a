// A run whose answers a validator judges: scripted providers, and a validator that says what the test lets it say.
import type { Market, MarketReply } from '../../conductor/ports.ts';
import { Conductor } from '../../conductor/run/conductor.ts';
import { Book } from '../../ledger/book/book.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../node/backends/extractive.ts';
import { validatorBackend } from '../../node/swarm/validator.ts';
import { type Attestation, VALIDATOR } from '../../protocol/attestation.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { Offer } from '../../protocol/handler.ts';
import { msat } from '../../protocol/money.ts';
import { printNpub } from '../../protocol/public-key.ts';
import type { RunConfig } from '../../protocol/run.ts';
import { NO_USAGE } from '../../protocol/signature.ts';
import { seededKeys } from './keys.ts';
import { RecordingJournal } from './recording-journal.ts';
import { type AskedOf, type Behaviour, offerOf, ScriptedMarket } from './scripted-market.ts';
import { seededRandom } from './seeded-random.ts';
import { textCorpus } from './text-corpus.ts';
import { RUN_CONFIG } from './traces.ts';
import { VirtualClock } from './virtual-clock.ts';

const [judgeKeys] = seededKeys('judge');
/** The validator's key (hex). */
export const JUDGE = judgeKeys!.publicKey;
export const JUDGE_PRICE_MSAT = 7;
const LOG = Array.from({ length: 120 }, (_, line) => `2026-01-01 INFO worker ${line} checked item ${line * 7}`).join(
  '\n',
);
const START_MS = 1_700_000_000_000;

/** A real quote, but not what was asked for: only doing the work again tells. */
export const lying: Behaviour = async (asked, honest) => {
  const reply = await honest();
  const output = { findings: [{ quote: asked.request.text.split('\n')[0]!, line: 1, score: 9 }] };
  return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
};

/** The market's validator: what it would say honestly, and what it does with that. */
export type Judging = (honest: () => Promise<MarketReply>, asked: AskedOf, clock: VirtualClock) => Promise<MarketReply>;

/** The reply with another attestation in it. */
export function saying(reply: MarketReply, attestation: Attestation): MarketReply {
  return { ...reply, result: { ...reply.result, output: attestation, output_hash: canonicalHash(attestation) } };
}

export class JudgedMarket implements Market {
  readonly judged: AskedOf[] = [];
  isOpen = true;
  readonly #inner: ScriptedMarket;
  readonly #clock: VirtualClock;
  readonly #judging: Judging;
  readonly #offer: Offer;

  constructor(inner: ScriptedMarket, clock: VirtualClock, judging: Judging, offer: Partial<Offer> = {}) {
    this.#inner = inner;
    this.#clock = clock;
    this.#judging = judging;
    const price = { base_msat: JUDGE_PRICE_MSAT, msat_per_1k_chars: 0 };
    this.#offer = offerOf(JUDGE, { ...price, concurrency: 1, ...offer });
  }

  offers = () => this.#inner.offers();
  validators = () => (this.isOpen ? [this.#offer] : []);

  ask: Market['ask'] = (ask, options) => {
    if (ask.offer !== this.#offer) return this.#inner.ask(ask, options);
    const asked = { ...ask, ...options, requestId: canonicalHash([ask.request.nonce, 'judged']) };
    this.judged.push(asked);
    return this.#judging(() => this.#honest(asked), asked, this.#clock);
  };

  async #honest({ request, requestId, bidMsat }: AskedOf): Promise<MarketReply> {
    const { query, text, terms, context, maxOutputChars: max_output_chars } = request;
    const answer = JSON.parse(request.answer ?? '');
    const input = VALIDATOR.input.parse({ query, text, terms, context, max_output_chars, answer });
    const backend = validatorBackend({ keys: judgeKeys!, backend: extractiveBackend(), clock: this.#clock });
    const { output } = await backend.predict(VALIDATOR, input, { signal: new AbortController().signal });
    const bound = { v: 1 as const, request_id: requestId, nonce: request.nonce, provider: JUDGE };
    const result = { ...bound, output, output_hash: canonicalHash(output), usage: NO_USAGE, model: 'extractive' };
    return { requestId, provider: JUDGE, result, amountMsat: msat(bidMsat) };
  }
}

interface Scene {
  readonly providers: readonly Behaviour[];
  readonly judging?: Judging;
  readonly judge?: Partial<Offer>;
  readonly config?: Partial<RunConfig>;
  readonly interruptMs?: number;
  readonly watch?: (market: JudgedMarket, clock: VirtualClock) => void;
}

/** Runs it to its end. */
export async function playJudged({
  providers,
  judging = (honest) => honest(),
  judge,
  config,
  interruptMs,
  watch,
}: Scene) {
  const clock = new VirtualClock(START_MS);
  const engine = extractiveBackend();
  const scripted = new ScriptedMarket(engine);
  for (const [index, behaviour] of providers.entries()) scripted.provider(`p${index}`, behaviour);
  const market = new JudgedMarket(scripted, clock, judging, judge);
  watch?.(market, clock);
  const journal = new RecordingJournal();
  const book = Book.volatile(() => clock.now());
  const ports = { clock, random: seededRandom(3), journal, book: new RunBudgets(book), local: engine, engine, market };
  const controller = new AbortController();
  if (interruptMs !== undefined) clock.after(interruptMs, () => controller.abort());
  const verification = `validated:${printNpub(JUDGE)}`;
  const running = new Conductor(ports).run(
    {
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      query: 'Which worker checked item 700?',
      corpus: textCorpus({ 'app.log': LOG }),
      config: { ...RUN_CONFIG, chunk_size: 2_000, fanout: 3, timeout_ms: 3_000, verification, ...config },
    },
    controller.signal,
  );
  await clock.runUntil(running);
  const paid = new Map<string, number>();
  for (const { provider, amount_msat } of journal.of('BudgetSettle'))
    paid.set(provider, (paid.get(provider) ?? 0) + amount_msat);
  return { journal, market, scripted, book, paid, record: journal.record };
}
