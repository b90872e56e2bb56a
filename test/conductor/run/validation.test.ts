// Tier `validated`: an answer counts only with a good attestation, what was refuted is not paid and asked elsewhere, and the validator
// is paid for its word, whatever it says.
import fc from 'fast-check';
import t from 'tap';
import type { Market, MarketReply } from '../../../conductor/ports.ts';
import { Conductor } from '../../../conductor/run/conductor.ts';
import { Book } from '../../../ledger/book/book.ts';
import { openRunsOf } from '../../../ledger/book/reserve.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { validatorBackend } from '../../../node/swarm/validator.ts';
import { type Attestation, isSigned, VALIDATOR } from '../../../protocol/attestation.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { Offer } from '../../../protocol/handler.ts';
import { msat } from '../../../protocol/money.ts';
import { printNpub } from '../../../protocol/public-key.ts';
import type { RunConfig } from '../../../protocol/run.ts';
import { NO_USAGE } from '../../../protocol/signature.ts';
import { seededKeys } from '../../support/keys.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';
import {
  type AskedOf,
  after,
  type Behaviour,
  offerOf,
  ScriptedMarket,
  silently,
} from '../../support/scripted-market.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textCorpus } from '../../support/text-corpus.ts';
import { RUN_CONFIG } from '../../support/traces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const [judgeKeys, strangerKeys] = seededKeys('judge', 'stranger');
const JUDGE_PRICE_MSAT = 7;
const LOG = Array.from({ length: 120 }, (_, line) => `2026-01-01 INFO worker ${line} checked item ${line * 7}`).join(
  '\n',
);
const START_MS = 1_700_000_000_000;

/** A real quote, but not what was asked for: only doing the work again tells. */
const lying: Behaviour = async (asked, honest) => {
  const reply = await honest();
  const output = { findings: [{ quote: asked.request.text.split('\n')[0]!, line: 1, score: 9 }] };
  return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
};

/** The market's validator: what it would say honestly, and what it does with that. */
type Judging = (honest: () => Promise<MarketReply>, asked: AskedOf, clock: VirtualClock) => Promise<MarketReply>;

function saying(reply: MarketReply, attestation: Attestation): MarketReply {
  return { ...reply, result: { ...reply.result, output: attestation, output_hash: canonicalHash(attestation) } };
}

class JudgedMarket implements Market {
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
    this.#offer = offerOf(judgeKeys!.publicKey, { ...price, concurrency: 1, ...offer });
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
    const bound = { v: 1 as const, request_id: requestId, nonce: request.nonce, provider: judgeKeys!.publicKey };
    const result = { ...bound, output, output_hash: canonicalHash(output), usage: NO_USAGE, model: 'extractive' };
    return { requestId, provider: judgeKeys!.publicKey, result, amountMsat: msat(bidMsat) };
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

async function play({ providers, judging = (honest) => honest(), judge, config, interruptMs, watch }: Scene) {
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
  const verification = `validated:${printNpub(judgeKeys!.publicKey)}`;
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

const honestly: Behaviour = (_asked, honest) => honest();
const paidTo = (paid: ReadonlyMap<string, number>, name: string) => paid.get(canonicalHash(name)) ?? 0;

t.test('every answer is confirmed by an attestation that anybody can check, and both are paid', async (t) => {
  const { journal, record, paid } = await play({ providers: [honestly] });
  const { chunks } = record.metrics;
  t.ok(chunks > 2);
  t.match(record, { status: 'done', metrics: { coverage: 1, chunks_answered: chunks, chunks_local: 0, held_msat: 0 } });
  const words = journal.of('VerifyValidated');
  t.equal(words.length, chunks);
  for (const { verdict, attestation, validator, query_id } of words) {
    t.match([verdict, validator], ['confirmed', judgeKeys!.publicKey]);
    t.ok(isSigned(attestation!));
    const returned = journal.of('SubQueryReturn').find((event) => event.query_id === query_id);
    t.match(attestation, { result_hash: returned?.output_hash, request_id: returned?.request_id });
  }
  t.equal(paid.get(judgeKeys!.publicKey), chunks * JUDGE_PRICE_MSAT);
  t.ok(paidTo(paid, 'p0') > 0);
  t.equal(journal.of('VerifyAccept').length, chunks);
});

t.test(
  'a refuted answer is neither believed nor paid, another is asked, and the validator is paid for both words',
  async (t) => {
    const { journal, record, paid } = await play({ providers: [lying, lying, honestly] });
    t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 0 } });
    const refuted = journal.of('VerifyValidated').filter(({ verdict }) => verdict === 'refuted');
    t.ok(refuted.length > 0, 'somebody lied');
    t.match([paidTo(paid, 'p0'), paidTo(paid, 'p1')], [0, 0]);
    t.equal(paid.get(judgeKeys!.publicKey), journal.of('VerifyValidated').length * JUDGE_PRICE_MSAT);
    const accepted = new Set(journal.of('VerifyAccept').map(({ query_id }) => query_id));
    for (const { query_id } of refuted) t.notOk(accepted.has(query_id!));
    for (const { reason } of journal.of('BudgetRelease')) t.equal(reason, 'refuted');
  },
);

t.test('where nobody tells the truth nothing is answered, and our own answer does not take its place', async (t) => {
  const { record, journal, paid } = await play({ providers: [lying, lying] });
  t.match(record, { status: 'failed', metrics: { chunks_answered: 0, chunks_local: 0, held_msat: 0 } });
  t.same([...paid.keys()], [judgeKeys!.publicKey]);
  t.same(journal.of('FallbackLocal'), []);
});

t.test('a word that is forged, replayed, void or of another is no word, and not paid', async (t) => {
  let first: MarketReply | undefined;
  const bad: Record<string, Judging> = {
    forged: async (honest) => {
      const reply = await honest();
      const attestation = reply.result.output as Attestation;
      return saying(reply, { ...attestation, verdict: 'confirmed', sig: '00'.repeat(64) });
    },
    replayed: async (honest) => {
      const reply = await honest();
      first ??= reply;
      return saying(reply, { ...(first.result.output as Attestation), sig: (first.result.output as Attestation).sig });
    },
    void: async (honest) => {
      const reply = await honest();
      return saying(reply, { ...(reply.result.output as Attestation), expires_at: 1 });
    },
    'of another': async (honest) => {
      const reply = await honest();
      return saying(reply, { ...(reply.result.output as Attestation), validator: strangerKeys!.publicKey });
    },
    'no attestation at all': async (honest) => {
      const reply = await honest();
      const output = { findings: [] };
      return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
    },
  };
  for (const [name, judging] of Object.entries(bad)) {
    const { journal, record, paid } = await play({ providers: [honestly, honestly], judging });
    const words = journal.of('VerifyValidated');
    const believed = name === 'replayed' ? 1 : 0;
    t.equal(words.filter(({ verdict }) => verdict === 'confirmed').length, believed, name);
    for (const { verdict, reason } of words)
      if (verdict !== 'confirmed') t.match(reason, /^(attestation|result)-invalid: /, name);
    t.equal(record.metrics.chunks_answered, believed, name);
    t.equal(paid.get(judgeKeys!.publicKey) ?? 0, believed * JUDGE_PRICE_MSAT, name);
    t.match(record.metrics, { held_msat: 0, chunks_local: 0 });
  }
});

t.test(
  'a validator that is silent is asked once more, then the chunk is given up without asking more providers',
  async (t) => {
    const { market, record, paid, scripted } = await play({
      providers: [honestly, honestly, honestly],
      judging: (_honest, asked) => silently(asked, () => Promise.reject(new PylonError('internal'))),
    });
    t.equal(market.judged.length, 2 * record.metrics.chunks);
    t.equal(scripted.asked.length, record.metrics.chunks);
    t.same([...paid], []);
    t.match(record, { status: 'failed', metrics: { chunks_local: 0, held_msat: 0 } });
    t.equal(record.error?.code, 'quorum-not-reached');
  },
);

/** Takes 10 ms over each. */
const slowly: Judging = (honest, asked, clock) => after(clock, 10)(asked, honest);

t.test('a validator that goes away in the middle leaves what it confirmed', async (t) => {
  const { record, journal } = await play({
    providers: [honestly],
    config: { fanout: 1 },
    judging: slowly,
    watch: (market, clock) =>
      clock.after(15, () => {
        market.isOpen = false;
      }),
  });
  t.match(record, { status: 'partial', metrics: { chunks_local: 0, held_msat: 0 } });
  t.ok(record.metrics.chunks_answered > 0);
  t.equal(record.metrics.chunks_answered, journal.of('VerifyAccept').length);
});

t.test('a validator never has more jobs than it takes, however many chunks wait for its word', async (t) => {
  let inFlight = 0;
  let most = 0;
  const { record } = await play({
    providers: [honestly, honestly, honestly, honestly],
    config: { fanout: 20, chunk_size: 1_024 },
    judging: async (...asked) => {
      most = Math.max(most, ++inFlight);
      const reply = await slowly(...asked);
      inFlight--;
      return reply;
    },
  });
  t.equal(record.status, 'done');
  t.ok(record.metrics.chunks > 4);
  t.equal(most, 4, 'concurrency 1, and three waiting');
});

t.test('what the budget cannot have judged is told as such, and what was answered stays', async (t) => {
  const free = await play({ providers: [honestly], config: { fanout: 1 } });
  const budget_sats = (free.record.metrics.cost_msat - 1) / 1_000;
  const { record } = await play({ providers: [honestly], config: { fanout: 1, budget_sats } });
  t.match(record, {
    status: 'partial',
    error: { code: 'budget-exhausted' },
    metrics: { held_msat: 0, chunks_local: 0 },
  });
  t.ok(record.metrics.cost_msat <= budget_sats * 1_000);
});

t.test('a provider of the operator of the validator is never asked', async (t) => {
  const operator = judgeKeys!.publicKey;
  const { scripted, record } = await play({
    providers: [honestly],
    watch: (market) => {
      const { offers } = market;
      market.offers = () => [{ ...offerOf(canonicalHash('kin'), { base_msat: 0 }), operator }, ...offers()];
    },
  });
  t.equal(record.status, 'done');
  for (const { offer } of scripted.asked) t.equal(offer.provider, canonicalHash('p0'));
});

const does = fc.constantFrom<Behaviour>(honestly, honestly, lying, silently);
const judges = fc.constantFrom('honest', 'slow', 'silent', 'refuses', 'void');

t.test('every stake is resolved exactly once, whatever provider, validator and user do', async (t) => {
  const failing: Record<string, Judging> = {
    honest: (honest) => honest(),
    slow: slowly,
    silent: (_honest, asked) => silently(asked, () => Promise.reject(new PylonError('internal'))),
    refuses: async () => {
      throw new PylonError('job-failed');
    },
    void: async (honest) => {
      const reply = await honest();
      return saying(reply, { ...(reply.result.output as Attestation), expires_at: 1 });
    },
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(does, { minLength: 1, maxLength: 4 }),
      fc.array(judges, { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(60), { nil: undefined }),
      async (providers, moods, interruptMs) => {
        let turn = 0;
        const judging: Judging = (...asked) => failing[moods[turn++ % moods.length]!]!(...asked);
        const scene = { providers, judging, ...(interruptMs === undefined ? {} : { interruptMs }) };
        const { journal, book, record } = await play(scene);
        const resolved = [...journal.of('BudgetSettle'), ...journal.of('BudgetRelease')].map(
          ({ query_id }) => query_id,
        );
        const reserved = journal.of('BudgetReserve').map(({ query_id }) => query_id);
        t.same([...new Set(resolved)].sort(), [...reserved].sort());
        t.equal(record.metrics.held_msat, 0);
        t.same([...openRunsOf(book.rows)], []);
        const confirmed = new Set(
          journal.of('VerifyValidated').flatMap(({ verdict, query_id }) => (verdict === 'confirmed' ? [query_id] : [])),
        );
        for (const { query_id } of journal.of('VerifyAccept')) t.ok(confirmed.has(query_id), 'nothing weaker counts');
      },
    ),
    { numRuns: 40 },
  );
});
