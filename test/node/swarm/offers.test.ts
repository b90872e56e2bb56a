import t from 'tap';
import { announcementAddress, Offers } from '../../../node/swarm/offers.ts';
import { type Announcement, encodeAnnouncement, HANDLER_ID, VALIDATOR_HANDLER_ID } from '../../../protocol/handler.ts';
import { ANNOUNCEMENT_SECONDS } from '../../../protocol/limits.ts';
import { ANNOUNCEMENT, newKeys } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const keys = newKeys();
const START = 1_700_000_000;

function announced(atSeconds: number, change: Partial<Announcement> = {}) {
  return keys.sign(encodeAnnouncement({ ...ANNOUNCEMENT, ...change }, atSeconds));
}

function withdrawn(atSeconds: number, address: string, by = keys) {
  return by.sign({
    kind: 5,
    created_at: atSeconds,
    tags: [
      ['a', address],
      ['k', '31990'],
    ],
    content: '',
  });
}

function offers() {
  const clock = new VirtualClock(START * 1_000);
  return { clock, offers: new Offers(clock), names: (of: Offers) => of.current().map(({ name }) => name) };
}

t.test('the newest announcement of a provider is its offer, in whatever order they arrive', async (t) => {
  const { offers: of, names } = offers();
  t.equal(of.take(announced(START - 10, { name: 'new' })), true);
  t.equal(of.take(announced(START - 20, { name: 'old' })), false);
  t.same(names(of), ['new']);
  of.take(announced(START - 5, { name: 'newest' }));
  t.same(names(of), ['newest']);
});

t.test('of two announcements of the same second the one with the lower id stands, as on relays', async (t) => {
  const [one, other] = [announced(START, { name: 'one' }), announced(START, { name: 'other' })];
  const [winner] = [one, other].sort((left, right) => (left.id < right.id ? -1 : 1));
  for (const order of [
    [one, other],
    [other, one],
  ]) {
    const { offers: of } = offers();
    for (const event of order) of.take(event);
    t.equal(of.current()[0]?.name, JSON.parse(winner!.content).name);
  }
});

t.test('an offer ends when its announcement expires', async (t) => {
  const { offers: of, clock } = offers();
  of.take(announced(START));
  t.equal(of.current().length, 1);
  t.equal(of.current(), of.current(), 'the same list until something changes');
  clock.after(ANNOUNCEMENT_SECONDS * 1_000, () => undefined);
  await clock.step();
  t.same(of.current(), []);
});

t.test(
  'a provider that withdraws its announcement is off the market, and older copies do not bring it back',
  async (t) => {
    const { offers: of } = offers();
    of.take(announced(START - 10));
    t.equal(of.take(withdrawn(START - 5, announcementAddress(keys.publicKey, HANDLER_ID))), true);
    t.same(of.current(), []);
    t.equal(of.take(announced(START - 7)), false);
    t.same(of.current(), []);
    of.take(announced(START - 1, { name: 'back' }));
    t.equal(of.current().length, 1);
  },
);

t.test('nobody can withdraw the announcement of another', async (t) => {
  const { offers: of } = offers();
  of.take(announced(START - 10));
  t.equal(of.take(withdrawn(START, announcementAddress(keys.publicKey, HANDLER_ID), newKeys())), false);
  t.equal(of.current().length, 1);
});

t.test('a newer version that cannot be read takes the older one off the market', async (t) => {
  const { offers: of } = offers();
  of.take(announced(START - 10));
  const emptied = keys.sign({ ...encodeAnnouncement(ANNOUNCEMENT, START), content: '' });
  t.equal(of.take(emptied), true);
  t.same(of.current(), []);
});

t.test('an announcement that says it lasts for years is not believed', async (t) => {
  const { offers: of } = offers();
  const template = encodeAnnouncement(ANNOUNCEMENT, START);
  const tags = template.tags.map((tag) => (tag[0] === 'expiration' ? ['expiration', String(START + 1e9)] : tag));
  of.take(keys.sign({ ...template, tags }));
  t.same(of.current(), []);
});

t.test('validators and providers are told apart, also where one key is both', async (t) => {
  const { clock, offers: providers, names } = offers();
  const validators = new Offers(clock, VALIDATOR_HANDLER_ID);
  const judge = keys.sign(encodeAnnouncement({ ...ANNOUNCEMENT, name: 'judge' }, START - 5, VALIDATOR_HANDLER_ID));
  for (const event of [announced(START - 10, { name: 'worker' }), judge])
    for (const of of [providers, validators]) of.take(event);
  t.same([names(providers), names(validators)], [['worker'], ['judge']]);
  const gone = withdrawn(START - 1, announcementAddress(keys.publicKey, VALIDATOR_HANDLER_ID));
  for (const of of [providers, validators]) of.take(gone);
  t.same([names(providers), names(validators)], [['worker'], []]);
});
