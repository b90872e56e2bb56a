import fc from 'fast-check';
import t from 'tap';
import {
  CredibilityPanel,
  DOUBT_MAX,
  doubtOf,
  isTrusted,
  posteriors,
  recheckChance,
  VOICES_MAX,
} from '../../../conductor/verify/credibility.ts';
import type { Ballot } from '../../../conductor/verify/panel.ts';
import { STRANGER, type Standing } from '../../../protocol/standing.ts';
import { tableOf as table } from '../../support/label-voices.ts';

const proven = (streak: number): Standing => ({ ...STRANGER, streak, suspicion: 0 });
const STANDINGS: Record<string, Standing> = { good: proven(10), better: proven(100), some: proven(2), more: proven(2) };
const standings = { standing: (provider: string) => STANDINGS[provider.split('-')[0]!] ?? STRANGER };

const ballot = (provider: string, says = 'so'): Ballot => ({
  provider,
  cluster: provider,
  output: { findings: [{ quote: says, score: 1 }] },
  outputHash: says,
});
const panel = (luck = 0.99) => new CredibilityPanel(standings, luck);

t.test('ten checked results in a row make a provider trusted; canaries alone do not, for they may leak', async (t) => {
  t.notOk(isTrusted(proven(9)));
  t.ok(isTrusted(proven(10)));
  t.notOk(isTrusted({ ...STRANGER, passes: 1_000, suspicion: 0 }));
  t.notOk(isTrusted({ ...proven(100), suspicion: 3.4 }), 'nor while a wrong one is not lived down');
  t.equal(doubtOf(STRANGER), 0.3);
  t.ok(doubtOf(proven(10)) <= DOUBT_MAX);
});

t.test('the trusted are checked again as often as 1 in k, and never less than 3 in 100', async (t) => {
  t.equal(recheckChance(proven(10)), 0.1);
  t.equal(recheckChance(proven(100_000)), 0.03);
});

t.test('a trusted provider answers alone, unless it is its turn to be checked', async (t) => {
  t.match(panel().decide(table([ballot('good')])), { kind: 'accept', answer: { provider: 'good' } });
  t.match(panel(0.05).decide(table([ballot('good')])), { kind: 'ask', count: 1, distinct: true });
  t.match(panel(0.05).decide(table([ballot('better')])), { kind: 'accept' });
});

t.test('a stranger needs others; somebody trusted who says the same is enough', async (t) => {
  t.match(panel().decide(table([ballot('new')])), { kind: 'ask' });
  t.match(panel().decide(table([ballot('new'), ballot('new-2')])), { kind: 'ask' });
  t.match(panel().decide(table([ballot('new'), ballot('good')])), { kind: 'accept', agreeing: { length: 2 } });
  t.match(
    panel().decide(table([ballot('some'), ballot('more')])),
    { kind: 'accept' },
    'or two who began to prove themselves',
  );
});

t.test(
  'those who are out are waited for when they may suffice, and more are asked at once when they cannot',
  async (t) => {
    t.match(panel().decide(table([], { seats: [{ provider: 'good', cluster: 'a' }] })), { kind: 'wait' });
    t.match(panel().decide(table([], { seats: [{ provider: 'new', cluster: 'a' }] })), { kind: 'ask' });
    t.match(panel().decide(table([], { placing: 1 })), { kind: 'wait' });
  },
);

t.test('strangers who agree among themselves are not believed: we compute it ourselves', async (t) => {
  const strangers = Array.from({ length: VOICES_MAX }, (_, index) => ballot(`new-${index}`));
  t.match(panel().decide(table(strangers)), { kind: 'local' });
  t.match(panel().decide(table(strangers.slice(0, 2), { canAsk: false })), { kind: 'local' });
  t.match(panel().decide(table([], { canAsk: false })), { kind: 'local' });
});

t.test('the trusted outvote one that differs, and one against one needs a third', async (t) => {
  t.match(panel().decide(table([ballot('good'), ballot('better', 'no')])), { kind: 'ask' });
  const decided = panel().decide(table([ballot('good'), ballot('better', 'no'), ballot('good-2')]));
  t.match(decided, { kind: 'accept', agreeing: { length: 2 }, dissenting: [{ provider: 'better' }] });
});

t.test('when those who are out are late, our own answer decides', async (t) => {
  t.match(panel().decide(table([], { seats: [{ provider: 'good', cluster: 'a' }], isLate: true })), { kind: 'local' });
});

t.test('posteriors are probabilities, and another voice for an answer never makes it less likely', async () => {
  const doubt = fc.double({ min: 0.001, max: 0.3, noNaN: true });
  const groups = fc.array(fc.array(doubt, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(groups, doubt, (groups, more) => {
      const before = posteriors(groups);
      const [first, ...others] = groups;
      const [after] = posteriors([[...first!, more], ...others]);
      const total = before.reduce((sum, chance) => sum + chance, 0);
      return before.every((chance) => chance >= 0 && chance <= 1) && total <= 1 + 1e-9 && after! >= before[0]! - 1e-9;
    }),
  );
});
