// Panels on records: each line needs its votes, further voices are asked only where a line lacks them, and what several say together is
// better than what any of them says.
import t, { type Test } from 'tap';
import { CredibilityPanel } from '../../../conductor/verify/credibility.ts';
import { type Ballot, type Decision, FixedVote, type Panel, type Table } from '../../../conductor/verify/panel.ts';
import type { RecordsOutput } from '../../../protocol/records.ts';
import { STRANGER, type Standing } from '../../../protocol/standing.ts';
import { ballotOf, erring, recordsOf, type Truth, tableOf as table } from '../../support/label-voices.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const says = (provider: string, ...labels: Truth) => ballotOf(provider, recordsOf(labels));
const TWO_OF_THREE = new FixedVote(2, 3);
const A = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

function accepted(t: Test, decision: Decision<Ballot>) {
  if (decision.kind === 'accept') return decision;
  t.fail(`not accepted: ${decision.kind}`);
  throw new Error('not accepted');
}

t.test('two that say the same of every line are enough; where a line lacks a vote a third is asked', async (t) => {
  const decide = (asked: Table<Ballot>) => TWO_OF_THREE.decide(asked);
  t.match(decide(table([])), { kind: 'ask', count: 2, distinct: true });
  t.match(decide(table([says('p', ...A)])), { kind: 'ask', count: 1 });
  t.match(decide(table([says('p', ...A)], { seats: [{ provider: 'q', cluster: 'q' }] })), { kind: 'wait' });
  t.match(decide(table([says('p', ...A), says('q', ...A)])), { kind: 'accept', merged: { lines: 6, dropped: 0 } });
  t.match(decide(table([says('p', ...A), says('q', ...A.slice(0, 5), 'x')])), {
    kind: 'ask',
    count: 1,
    distinct: true,
  });
  t.match(
    decide(table([says('p', ...A), says('q', ...A.slice(0, 5))])),
    { kind: 'ask' },
    'to leave a line out is to differ',
  );
  t.match(decide(table([says('p'), says('q')])), { kind: 'accept', merged: { lines: 0, output: { records: [] } } });
  t.match(decide(table([says('p'), says('q', 'a')])), { kind: 'ask' });
});

t.test('the answer is the majority of each line, and who says something else too often dissents', async (t) => {
  const liar = ['x', 'x', 'x', 'x', 'e', 'f'];
  const decision = accepted(
    t,
    TWO_OF_THREE.decide(table([says('p', ...A), says('liar', ...liar), says('q', 'y', ...A.slice(1))])),
  );
  t.same(
    decision.merged?.output.records.map(({ fields }) => fields.label),
    ['b', 'c', 'd', 'e', 'f'],
    'on line 1 all three differ',
  );
  t.match(decision.merged, { lines: 6, dropped: 1 });
  t.same(
    decision.agreeing.map(({ provider }) => provider),
    ['p', 'q'],
  );
  t.same(
    decision.dissenting.map(({ provider }) => provider),
    ['liar'],
  );
});

t.test(
  'a line on which nobody can agree any more keeps nobody waiting, and too many of them are no answer',
  async (t) => {
    const onlyTwo = { canAsk: false };
    const one = TWO_OF_THREE.decide(table([says('p', ...A), says('q', ...A.slice(0, 5), 'x')], onlyTwo));
    t.match(one, { kind: 'accept', merged: { lines: 6, dropped: 1 }, agreeing: { length: 2 } });
    const two = TWO_OF_THREE.decide(table([says('p', ...A), says('q', ...A.slice(0, 4), 'x', 'x')], onlyTwo));
    t.match(two, { kind: 'unanswered' });
    t.match(TWO_OF_THREE.decide(table([says('p', ...A)], onlyTwo)), { kind: 'unanswered' });
    t.match(TWO_OF_THREE.decide(table([says('p', 'a'), says('q', 'b'), says('r', 'c')])), { kind: 'unanswered' });
  },
);

t.test('of 2 of 4 a line with two votes on either side is not settled', async (t) => {
  const voices = [says('p', ...A), says('q', ...A), says('r', ...A.slice(0, 5), 'x'), says('s', ...A.slice(0, 5), 'x')];
  t.match(new FixedVote(2, 4).decide(table(voices)), { kind: 'accept', merged: { lines: 6, dropped: 1 } });
});

t.test('two that conspire do not win against three, and lines they invent do not count', async (t) => {
  const truth = Array.from({ length: 40 }, (_, line) => A[line % A.length]!);
  const lie = [...truth.map((label) => (label === 'a' ? 'b' : 'a')), 'a', 'b', 'c'];
  const honest = ['p', 'q', 'r'].map((name) => says(name, ...truth));
  const liars = ['l1', 'l2'].map((name) => says(name, ...lie));
  for (const order of [
    [...honest, ...liars],
    [...liars, ...honest],
    [honest[0]!, liars[0]!, honest[1]!, liars[1]!, honest[2]!],
  ]) {
    const decision = accepted(t, new FixedVote(3, 5).decide(table(order)));
    t.same(decision.merged?.output, recordsOf(truth));
    t.same(decision.dissenting.map(({ provider }) => provider).sort(), ['l1', 'l2']);
  }
});

/** Chunks of labelled lines asked of voices, one after the other, as the panel wants it. */
function simulate(
  panel: Panel,
  voice: (truth: Truth, place: number) => RecordsOutput,
  labels: readonly string[],
  seed: number,
) {
  const { fraction } = seededRandom(seed);
  const [chunks, lines] = [250, 100];
  let [wrong, dropped, executions, unpaid] = [0, 0, 0, 0];
  for (let chunk = 0; chunk < chunks; chunk++) {
    const truth = Array.from({ length: lines }, () => labels[Math.floor(fraction() * labels.length)]!);
    const voices: Ballot[] = [];
    for (;;) {
      const decision = panel.decide(table(voices, { canAsk: true }));
      if (decision.kind === 'ask') {
        for (let one = 0; one < decision.count; one++)
          voices.push(ballotOf(`p${voices.length}`, voice(truth, voices.length)));
        continue;
      }
      if (decision.kind !== 'accept') throw new Error(decision.kind);
      const output = decision.merged?.output ?? (decision.answer.output as RecordsOutput);
      const said = new Map(output.records.map(({ line, fields }) => [line, fields.label]));
      truth.forEach((label, at) => {
        if (said.has(at + 1) && said.get(at + 1) !== label) wrong++;
      });
      dropped += decision.merged?.dropped ?? 0;
      unpaid += decision.dissenting.length;
      break;
    }
    executions += voices.length;
  }
  const all = chunks * lines;
  return {
    labels: all,
    wrong: wrong / all,
    dropped: dropped / all,
    executions: executions / chunks,
    unpaid: unpaid / executions,
  };
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

t.test('with 5 % of the labels wrong, independently, 2 of 3 leave at most 0.9 % wrong', async (t) => {
  for (const labels of [
    ['yes', 'no'],
    ['a', 'b', 'c', 'd', 'e', 'f'],
  ]) {
    const random = seededRandom(77);
    const voice = (truth: Truth) => recordsOf(erring(truth, labels, 0.05, random.fraction));
    const alone = simulate(new FixedVote(1, 1), voice, labels, 5);
    const together = simulate(TWO_OF_THREE, voice, labels, 5);
    const told = `${labels.length} labels: alone ${percent(alone.wrong)} wrong; 2 of 3: ${percent(together.wrong)} wrong, ${percent(together.dropped)} left out`;
    t.comment(
      `${told}, ${together.executions.toFixed(2)} executions a chunk, ${percent(together.unpaid)} of the honest unpaid`,
    );
    t.ok(together.labels >= 20_000);
    t.ok(alone.wrong > 0.045 && alone.wrong < 0.055);
    t.ok(together.wrong <= 0.009, percent(together.wrong));
    t.ok(together.wrong + together.dropped <= 0.01, 'what is left out is no way to look good');
    t.equal(together.unpaid, 0, 'the honest are paid');
    t.ok(together.executions <= 3);
  }
});

t.test('with labels that are nearly always right most chunks need two voices', async (t) => {
  const labels = ['yes', 'no'];
  const random = seededRandom(78);
  const figures = simulate(
    TWO_OF_THREE,
    (truth) => recordsOf(erring(truth, labels, 0.000_5, random.fraction)),
    labels,
    6,
  );
  t.comment(`0.05 % wrong: ${figures.executions.toFixed(2)} executions a chunk`);
  t.ok(figures.executions < 2.3);
});

t.test('one liar in three changes no label, and is never paid', async (t) => {
  const labels = ['a', 'b', 'c', 'd'];
  const lie = (truth: Truth) => recordsOf(truth.map((label) => labels[(labels.indexOf(label!) + 1) % 4]));
  const figures = simulate(TWO_OF_THREE, (truth, place) => (place === 0 ? lie(truth) : recordsOf(truth)), labels, 7);
  t.match(figures, { wrong: 0, dropped: 0, executions: 3 });
  t.ok(figures.unpaid > 0.33, 'of every three answers the lie');
});

const proven = (streak: number): Standing => ({ ...STRANGER, streak, suspicion: 0 });
const STANDINGS: Record<string, Standing> = { good: proven(10), better: proven(40), sound: proven(60) };
const believing = (luck: number) =>
  new CredibilityPanel({ standing: (provider) => STANDINGS[provider.split('-')[0]!] ?? STRANGER }, luck);

t.test('the trusted answer alone, strangers together are not enough', async (t) => {
  t.match(believing(0.99).decide(table([says('good', ...A)])), { kind: 'accept', answer: { provider: 'good' } });
  t.match(believing(0.01).decide(table([says('good', ...A)])), { kind: 'ask' });
  t.match(believing(0.99).decide(table([says('new', ...A)])), { kind: 'ask' });
  const strangers = ['n', 'm', 'o', 'p'].map((name) => says(name, ...A));
  t.match(believing(0.99).decide(table(strangers)), { kind: 'local' });
});

t.test('a line on which the trusted differ is decided by another, and left out where none decides it', async (t) => {
  const differing = [says('good', ...A), says('better', ...A.slice(0, 5), 'x')];
  t.match(believing(0.01).decide(table(differing)), { kind: 'ask', count: 1 });
  t.match(believing(0.01).decide(table(differing, { isLate: true })), { kind: 'local' });
  const decided = believing(0.01).decide(table([...differing, says('sound', ...A)]));
  t.match(decided, { kind: 'accept', merged: { output: recordsOf(A), dropped: 0 }, agreeing: { length: 3 } });
  const open = believing(0.01).decide(table(differing, { canAsk: false }));
  t.match(open, { kind: 'accept', merged: { output: recordsOf(A.slice(0, 5)), lines: 6, dropped: 1 } });
  const apart = [says('good', ...A), says('better', 'x', 'x', 'x')];
  t.match(believing(0.01).decide(table(apart, { canAsk: false })), { kind: 'local' }, 'too much of it is open');
});

t.test('those who are out are waited for only where they can settle what is open', async (t) => {
  const differing = [says('good', ...A), says('better', ...A.slice(0, 5), 'x')];
  const seat = (provider: string) => ({ seats: [{ provider, cluster: provider }] });
  t.match(believing(0.01).decide(table(differing, seat('sound'))), { kind: 'wait' });
});
