// Tier `validated`: an answer counts only with a good attestation, what was refuted is not paid and asked elsewhere, and the validator
// is paid for its word, whatever it says.
import fc from 'fast-check';
import t from 'tap';
import type { MarketReply } from '../../../conductor/ports.ts';
import { openRunsOf } from '../../../ledger/book/reserve.ts';
import type { Attestation } from '../../../protocol/attestation.ts';
import { isSigned } from '../../../protocol/attestation-signature.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { JUDGE, JUDGE_PRICE_MSAT, type Judging, lying, playJudged, saying } from '../../support/judged-run.ts';
import { seededKeys } from '../../support/keys.ts';
import { after, type Behaviour, offerOf, silently } from '../../support/scripted-market.ts';

const [stranger] = seededKeys('stranger');
const honestly: Behaviour = (_asked, honest) => honest();
const paidTo = (paid: ReadonlyMap<string, number>, name: string) => paid.get(canonicalHash(name)) ?? 0;

t.test('every answer is confirmed by an attestation that anybody can check, and both are paid', async (t) => {
  const { journal, record, paid } = await playJudged({ providers: [honestly] });
  const { chunks } = record.metrics;
  t.ok(chunks > 2);
  t.match(record, { status: 'done', metrics: { coverage: 1, chunks_answered: chunks, chunks_local: 0, held_msat: 0 } });
  const words = journal.of('VerifyValidated');
  t.equal(words.length, chunks);
  for (const { verdict, attestation, validator, query_id } of words) {
    t.match([verdict, validator], ['confirmed', JUDGE]);
    t.ok(isSigned(attestation!));
    const returned = journal.of('SubQueryReturn').find((event) => event.query_id === query_id);
    t.match(attestation, { result_hash: returned?.output_hash, request_id: returned?.request_id });
  }
  t.equal(paid.get(JUDGE), chunks * JUDGE_PRICE_MSAT);
  t.ok(paidTo(paid, 'p0') > 0);
  t.equal(journal.of('VerifyAccept').length, chunks);
});

t.test(
  'a refuted answer is neither believed nor paid, another is asked, and the validator is paid for both words',
  async (t) => {
    const { journal, record, paid } = await playJudged({ providers: [lying, lying, honestly] });
    t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 0 } });
    const refuted = journal.of('VerifyValidated').filter(({ verdict }) => verdict === 'refuted');
    t.ok(refuted.length > 0, 'somebody lied');
    t.match([paidTo(paid, 'p0'), paidTo(paid, 'p1')], [0, 0]);
    t.equal(paid.get(JUDGE), journal.of('VerifyValidated').length * JUDGE_PRICE_MSAT);
    const accepted = new Set(journal.of('VerifyAccept').map(({ query_id }) => query_id));
    for (const { query_id } of refuted) t.notOk(accepted.has(query_id!));
    for (const { reason } of journal.of('BudgetRelease')) t.equal(reason, 'refuted');
  },
);

t.test('where nobody tells the truth nothing is answered, and our own answer does not take its place', async (t) => {
  const { record, journal, paid } = await playJudged({ providers: [lying, lying] });
  t.match(record, { status: 'failed', metrics: { chunks_answered: 0, chunks_local: 0, held_msat: 0 } });
  t.same([...paid.keys()], [JUDGE]);
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
      return saying(reply, { ...(reply.result.output as Attestation), validator: stranger!.publicKey });
    },
    'no attestation at all': async (honest) => {
      const reply = await honest();
      const output = { findings: [] };
      return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
    },
  };
  for (const [name, judging] of Object.entries(bad)) {
    const { journal, record, paid } = await playJudged({ providers: [honestly, honestly], judging });
    const words = journal.of('VerifyValidated');
    const believed = name === 'replayed' ? 1 : 0;
    t.equal(words.filter(({ verdict }) => verdict === 'confirmed').length, believed, name);
    for (const { verdict, reason } of words)
      if (verdict !== 'confirmed') t.match(reason, /^(attestation|result)-invalid: /, name);
    t.equal(record.metrics.chunks_answered, believed, name);
    t.equal(paid.get(JUDGE) ?? 0, believed * JUDGE_PRICE_MSAT, name);
    t.match(record.metrics, { held_msat: 0, chunks_local: 0 });
  }
});

t.test(
  'a validator that is silent is asked once more, then the chunk is given up without asking more providers',
  async (t) => {
    const { market, record, paid, scripted } = await playJudged({
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
  const { record, journal } = await playJudged({
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
  const { record } = await playJudged({
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
  const free = await playJudged({ providers: [honestly], config: { fanout: 1 } });
  const budget_sats = (free.record.metrics.cost_msat - 1) / 1_000;
  const { record } = await playJudged({ providers: [honestly], config: { fanout: 1, budget_sats } });
  t.match(record, {
    status: 'partial',
    error: { code: 'budget-exhausted' },
    metrics: { held_msat: 0, chunks_local: 0 },
  });
  t.ok(record.metrics.cost_msat <= budget_sats * 1_000);
});

t.test('a provider of the operator of the validator is never asked', async (t) => {
  const operator = JUDGE;
  const { scripted, record } = await playJudged({
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
        const { journal, book, record } = await playJudged(scene);
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
