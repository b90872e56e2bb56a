// Verification that cannot be had is refused before the run begins: nothing is recorded, asked or spent.
import t from 'tap';
import { Conductor } from '../../../conductor/run/conductor.ts';
import { checkTier, chunkCostMsat } from '../../../conductor/run/tier-terms.ts';
import { Book } from '../../../ledger/book/book.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import type { Offer } from '../../../protocol/handler.ts';
import { parseVerification } from '../../../protocol/policy.ts';
import { printNpub } from '../../../protocol/public-key.ts';
import type { RunConfig } from '../../../protocol/run.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';
import { offerOf } from '../../support/scripted-market.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textCorpus } from '../../support/text-corpus.ts';
import { RUN_CONFIG } from '../../support/traces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const key = (name: string) => canonicalHash(name);
const NPUB = printNpub(key('judge'));

interface Swarm {
  readonly offers: Offer[];
  readonly validators?: Offer[];
}

function setUp(config: Partial<RunConfig>, swarm: Swarm | undefined, feeReservePpm = 0) {
  const clock = new VirtualClock();
  const engine = extractiveBackend();
  const journal = new RecordingJournal();
  const asked: unknown[] = [];
  const market = {
    offers: () => swarm?.offers ?? [],
    validators: () => swarm?.validators ?? [],
    ask: (ask: unknown) => {
      asked.push(ask);
      return new Promise<never>(() => undefined);
    },
  };
  const book = new RunBudgets(Book.volatile(() => clock.now()));
  const base = { clock, random: seededRandom(1), journal, book, local: engine, engine };
  const ports = swarm === undefined ? base : { ...base, market };
  const request = {
    runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    query: 'Which disk is full?',
    corpus: textCorpus({ 'a.log': 'the disk is full\n'.repeat(200) }),
    config: { ...RUN_CONFIG, ...config },
    feeReservePpm,
  };
  return { ports, request, journal, asked };
}

const offers = (...names: string[]) => names.map((name) => offerOf(key(name)));

t.test('whoever is missing is named, and nothing is recorded or asked', async (t) => {
  const operator = key('one for all');
  const judge = offerOf(key('judge'));
  const cases: [verification: string, swarm: Swarm | undefined, message: RegExp][] = [
    [
      'redundancy:2of3',
      { offers: offers('one') },
      /takes providers of 3 different operators, and one is there .*start more/,
    ],
    ['redundancy:2of3', { offers: offers('one', 'two') }, /and 2 are there/],
    ['redundancy:2of3', { offers: [] }, /and none are there/],
    ['redundancy:2of2', { offers: offers('one', 'two').map((offer) => ({ ...offer, operator })) }, /and one is there/],
    ['redundancy:2of2', undefined, /--local-only nobody else is asked/],
    [`validated:${NPUB}`, undefined, /--local-only nobody else is asked/],
    [`validated:${NPUB}`, { offers: offers('one') }, /no validator of this key announces itself.*pylon validator/],
    [`validated:${NPUB}`, { offers: offers('one'), validators: offers('another') }, /no validator of this key/],
    [
      `validated:${NPUB}`,
      { offers: offers('judge'), validators: [judge] },
      /neither itself nor providers of its operator/,
    ],
    [`validated:${NPUB}`, { offers: [], validators: [judge] }, /no other provider is there/],
    [
      `validated:${NPUB}`,
      { offers: [{ ...offerOf(key('one')), operator }], validators: [{ ...judge, operator }] },
      /neither itself nor providers of its operator/,
    ],
  ];
  for (const [verification, swarm, message] of cases) {
    const { ports, request, journal, asked } = setUp({ verification }, swarm);
    const running = new Conductor(ports).run(request, new AbortController().signal);
    await t.rejects(
      running,
      { code: 'verification-unavailable', value: `--verify ${verification}`, message },
      verification,
    );
    t.same([journal.events, asked], [[], []]);
  }
});

t.test('a budget that does not buy the verification of one chunk is refused, routing included', async (t) => {
  // 3,400 characters at 10 + 4 x 1 msat: three providers cost 42, one and its validator 28.
  const swarm = { offers: offers('one', 'two', 'three'), validators: [offerOf(key('judge'))] };
  const check = (verification: string, budgetMsat: number, feePpm = 0) => {
    const { ports, request } = setUp({ verification, budget_sats: budgetMsat / 1_000 }, swarm, feePpm);
    return checkTier(request, ports);
  };
  for (const [verification, costMsat] of [
    ['redundancy:2of3', 42],
    [`validated:${NPUB}`, 28],
  ] as const) {
    await t.resolves(check(verification, costMsat), verification);
    await t.rejects(check(verification, costMsat - 1), { code: 'budget-too-small', message: /of a single chunk/ });
    await t.rejects(check(verification, costMsat, 100_000), { code: 'budget-too-small' });
  }
});

t.test('a tier that can be had is given back as it was read', async (t) => {
  const swarm = { offers: offers('one', 'two', 'three'), validators: [offerOf(key('judge'))] };
  for (const verification of ['none', 'credibility', 'objective', 'redundancy:2of3', `validated:${NPUB}`]) {
    const { ports, request } = setUp({ verification }, swarm);
    t.same(await checkTier(request, ports), parseVerification(verification));
  }
  for (const verification of ['none', 'credibility', 'objective']) {
    const { ports, request } = setUp({ verification }, undefined);
    t.same(await checkTier(request, ports), parseVerification(verification), 'also without a swarm');
  }
});

t.test('a schema that is not given, or is none, is refused', async (t) => {
  const refused = async (change: Partial<RunConfig>, message: RegExp) => {
    const { ports, request } = setUp({ verification: 'objective:form.json', ...change }, { offers: offers('one') });
    await t.rejects(checkTier(request, ports), { code: 'schema-invalid', message });
  };
  await refused({}, /the schema itself was not given \("form.json"\)/);
  await refused({ verification_schema: '{"nmae": 1}' }, /unknown keyword/);
});

t.test('a chunk costs the cheapest providers of as many operators as may be asked', async (t) => {
  const operator = key('one for all');
  const priced = (name: string, base_msat: number, change: Partial<Offer> = {}) =>
    offerOf(key(name), { base_msat, msat_per_1k_chars: 0, ...change });
  const market = {
    offers: () => [priced('a', 1, { operator }), priced('b', 2, { operator }), priced('c', 10), priced('d', 100)],
    validators: () => [priced('judge', 5, { operator })],
    ask: () => new Promise<never>(() => undefined),
  };
  const cost = (verification: string) => chunkCostMsat(market, parseVerification(verification), 1_000);
  t.equal(cost('none'), 1);
  t.equal(cost('redundancy:1of1'), 1);
  t.equal(cost('redundancy:2of2'), 11, 'not two of one operator');
  t.equal(cost('redundancy:2of3'), 111);
  t.equal(cost('redundancy:2of4'), undefined);
  t.equal(cost(`validated:${NPUB}`), 15, 'and nobody of the operator of the validator');
});
