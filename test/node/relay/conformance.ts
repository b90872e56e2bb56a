// What any relay we talk to, ours first, must do: about forty checks of NIP-01, 09, 11, 40, 42, 45 and
// 70 over a real WebSocket. Works on any ws:// URL; checks that need a power over the relay are left out without it.
import { get } from 'node:http';
import type { Test } from 'tap';
import type { EventTemplate, NostrEvent } from '../../../protocol/event.ts';
import type { KeyPair } from '../../../protocol/keypair.ts';
import { KIND_AUTH, KIND_DELETION } from '../../../protocol/kinds.ts';
import { seededKeys } from '../../support/keys.ts';
import { RelayClient } from '../../support/relay-client.ts';

export interface RelayUnderTest {
  readonly url: string;
  /** The relay's clock, unix seconds. */
  readonly now: () => number;
  /** Moves the relay's clock; without it nothing expires during the test. */
  readonly advance?: (seconds: number) => void;
  /** Makes this run's keys its own, where the relay outlives the run. */
  readonly seed?: string;
}

/** What a check works with: fresh connections, two identities, and events of the relay's own time. */
class Bench {
  readonly relay: RelayUnderTest;
  readonly alice: KeyPair;
  readonly bob: KeyPair;
  readonly #t: Test;
  static #count = 0;

  constructor(t: Test, relay: RelayUnderTest) {
    Bench.#count += 1;
    const seed = `${relay.seed ?? ''}${Bench.#count}`;
    [this.alice, this.bob] = seededKeys(`alice ${seed}`, `bob ${seed}`) as [KeyPair, KeyPair];
    this.relay = relay;
    this.#t = t;
  }

  async client(): Promise<RelayClient> {
    const client = await RelayClient.connect(this.relay.url);
    this.#t.teardown(() => client.close());
    return client;
  }

  make(template: Partial<EventTemplate> = {}, keys = this.alice): NostrEvent {
    return keys.sign({ kind: 1, created_at: this.relay.now(), tags: [], content: '', ...template });
  }

  authTemplate(challenge: string, changes: Partial<EventTemplate> = {}): EventTemplate {
    const tags = [
      ['relay', this.relay.url],
      ['challenge', challenge],
    ];
    return { kind: KIND_AUTH, created_at: this.relay.now(), tags, content: '', ...changes };
  }
}

type Check = (t: Test, bench: Bench) => Promise<void>;
type Checks = Record<string, Check>;

const flipped = (hex: string) => `${hex[0] === '0' ? '1' : '0'}${hex.slice(1)}`;

const publishing: Checks = {
  async 'a valid event is accepted with a four-field OK'(t, bench) {
    const client = await bench.client();
    const event = bench.make();
    client.send('EVENT', event);
    t.same(await client.take('OK'), ['OK', event.id, true, '']);
  },
  async 'a repeated event is accepted as a duplicate'(t, bench) {
    const client = await bench.client();
    const event = bench.make();
    await client.publish(event);
    const { accepted, text } = await client.publish(event);
    t.equal(accepted, true);
    t.match(text, /^duplicate: /);
  },
  async 'a wrong signature, id or content is refused as invalid'(t, bench) {
    const client = await bench.client();
    const event = bench.make({ content: 'true' });
    const forgeries = [
      { ...event, sig: flipped(event.sig) },
      { ...event, content: 'false' },
      { ...event, pubkey: bench.bob.publicKey },
      { ...event, id: flipped(event.id) },
    ];
    for (const forged of forgeries) {
      const { accepted, text } = await client.publish(forged);
      t.equal(accepted, false);
      t.match(text, /^invalid: /);
    }
  },
  async 'a forged twin does not shut out the real event'(t, bench) {
    const client = await bench.client();
    const event = bench.make();
    t.equal((await client.publish({ ...event, sig: '00'.repeat(64) })).accepted, false);
    t.same(await client.publish(event), { accepted: true, text: '' });
    t.same(await client.query({ ids: [event.id] }), [event]);
  },
  async 'a malformed event is answered by an OK too'(t, bench) {
    const client = await bench.client();
    const event = bench.make();
    const broken: unknown[] = [
      { ...event, id: event.id.toUpperCase() },
      { ...event, pubkey: event.pubkey.slice(1) },
      { ...event, kind: 65_536 },
      { ...event, kind: -1 },
      { ...event, kind: 1.5 },
      { ...event, created_at: '1' },
      { ...event, tags: [['a', 1]] },
      { ...event, tags: 'none' },
      { ...event, content: null },
      { ...event, sig: undefined },
    ];
    for (const value of broken) {
      client.send('EVENT', value);
      const [, id, accepted, text] = await client.take('OK');
      t.equal(String(id).toLowerCase(), event.id);
      t.equal(accepted, false);
      t.match(text, /^invalid: /);
    }
    for (const value of [null, 7, [], {}]) {
      client.send('EVENT', value);
      t.match(await client.take('OK'), ['OK', '', false, /^invalid: /]);
    }
  },
  async 'an event reaches a live subscriber unchanged, odd characters included'(t, bench) {
    const [reader, writer] = [await bench.client(), await bench.client()];
    await reader.request('live', { authors: [bench.alice.publicKey] });
    const content = 'tab\t line\n quote" back\\ {brace} ] é 漢 🦆 \u2028 \u0001';
    const event = bench.make({ content, tags: [['t', '}]"'], ['empty'], []] });
    t.equal((await writer.publish(event)).accepted, true);
    t.same(await reader.nextEvent('live'), event);
    t.same(await writer.query({ ids: [event.id] }), [event]);
  },
  async 'whitespace and key order of the sender do no harm'(t, bench) {
    const client = await bench.client();
    const { id, pubkey, created_at, kind, tags, content, sig } = bench.make({ content: 'x' });
    const text = ` [ "EVENT" , ${JSON.stringify({ sig, content, tags, kind, created_at, pubkey, id }, null, 2)} ] `;
    client.socket.send(text);
    t.equal((await client.ok(id)).accepted, true);
    t.same(await client.query({ ids: [id] }), [{ id, pubkey, created_at, kind, tags, content, sig }]);
  },
  async 'an event of the future is refused'(t, bench) {
    const client = await bench.client();
    const { accepted, text } = await client.publish(bench.make({ created_at: bench.relay.now() + 86_400 }));
    t.equal(accepted, false);
    t.match(text, /^invalid: /);
  },
  async 'an ephemeral event is handed on live and never stored'(t, bench) {
    const [reader, writer] = [await bench.client(), await bench.client()];
    await reader.request('live', { kinds: [20_001], authors: [bench.alice.publicKey] });
    const event = bench.make({ kind: 20_001 });
    t.equal((await writer.publish(event)).accepted, true);
    t.same(await reader.nextEvent('live'), event);
    t.same(await writer.query({ ids: [event.id] }), []);
  },
};

const requesting: Checks = {
  async 'stored events come newest first, then lowest id, then EOSE'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const events = [3, 1, 1, 1, 2].map((age, n) => bench.make({ created_at: now - age, content: String(n) }));
    for (const event of events) await client.publish(event);
    const found = await client.query({ authors: [bench.alice.publicKey] });
    events.sort((left, right) => right.created_at - left.created_at || (left.id < right.id ? -1 : 1));
    t.same(found, events);
  },
  async 'limit takes the newest of the stored events and does not bound the live ones'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const events = [0, 1, 2].map((age) => bench.make({ created_at: now - age }));
    for (const event of events) await client.publish(event);
    t.same(await client.request('one', { authors: [bench.alice.publicKey], limit: 1 }), [events[0]]);
    t.same(await client.request('none', { authors: [bench.alice.publicKey], limit: 0 }), []);
    for (const content of ['a', 'b']) {
      const live = bench.make({ content });
      await client.publish(live);
      t.same(await client.nextEvent('one'), live);
      t.same(await client.nextEvent('none'), live);
    }
  },
  async 'all conditions of a filter must hold, one of the filters is enough, and nothing comes twice'(t, bench) {
    const client = await bench.client();
    const { alice, bob } = bench;
    const note = bench.make({ tags: [['t', 'x']] });
    const reaction = bench.make(
      {
        kind: 7,
        tags: [
          ['e', note.id],
          ['p', alice.publicKey],
        ],
      },
      bob,
    );
    for (const event of [note, reaction]) await client.publish(event);
    t.same(await client.query({ authors: [alice.publicKey], kinds: [7] }), []);
    t.same(await client.query({ authors: [alice.publicKey], '#t': ['x', 'y'] }), [note]);
    t.same(await client.query({ '#e': [note.id], '#p': [alice.publicKey] }), [reaction]);
    t.same(await client.query({ authors: [alice.publicKey], kinds: [] }), []);
    const both = await client.query(
      { ids: [note.id] },
      { authors: [alice.publicKey, bob.publicKey] },
      { ids: [reaction.id] },
    );
    t.same(both.map(({ id }) => id).sort(), [note.id, reaction.id].sort());
  },
  async 'an event that several filters of one subscription want comes once'(t, bench) {
    const client = await bench.client();
    await client.request('s', { authors: [bench.alice.publicKey] }, { kinds: [1], authors: [bench.alice.publicKey] });
    const event = bench.make();
    await client.publish(event);
    await client.settled();
    t.same(client.takeEvents('s'), [event]);
  },
  async 'since and until are inclusive and hold for live events too'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const authors = [bench.alice.publicKey];
    const at = (age: number) => bench.make({ created_at: now - age });
    const events = [1, 2, 3, 4].map(at);
    for (const event of events) await client.publish(event);
    t.same(await client.request('s', { authors, since: now - 3, until: now - 2 }), [events[1], events[2]]);
    await client.publish(at(9));
    await client.settled();
    t.same(client.takeEvents('s'), []);
  },
  async 'a REQ with the id of an open subscription takes its place'(t, bench) {
    const client = await bench.client();
    await client.request('s', { authors: [bench.alice.publicKey] });
    await client.request('s', { authors: [bench.bob.publicKey] });
    await client.publish(bench.make());
    const wanted = bench.make({}, bench.bob);
    await client.publish(wanted);
    await client.settled();
    t.same(client.takeEvents('s'), [wanted]);
  },
  async 'after CLOSE nothing more comes'(t, bench) {
    const client = await bench.client();
    await client.request('s', { authors: [bench.alice.publicKey] });
    client.send('CLOSE', 's');
    await client.publish(bench.make());
    await client.settled();
    t.same(client.takeEvents('s'), []);
  },
  async 'two connections may use the same subscription id'(t, bench) {
    const [one, two] = [await bench.client(), await bench.client()];
    await one.request('s', { authors: [bench.alice.publicKey] });
    await two.request('s', { authors: [bench.bob.publicKey] });
    const event = bench.make();
    await two.publish(event);
    t.same(await one.nextEvent('s'), event);
    await two.settled();
    t.same(two.takeEvents('s'), []);
  },
  async 'a refused REQ gets CLOSED with a reason'(t, bench) {
    const client = await bench.client();
    const refused: unknown[] = [
      { ids: ['abc'] },
      { authors: ['AB'.repeat(32)] },
      { kinds: ['1'] },
      { since: -1 },
      7,
      null,
    ];
    for (const [index, filter] of refused.entries()) {
      client.send('REQ', `bad-${index}`, filter);
      t.match(await client.closedReason(`bad-${index}`), /^(invalid|unsupported|error): /);
    }
    client.send('REQ', 'no filter');
    t.match(await client.closedReason('no filter'), /^(invalid|error): /);
  },
  async 'a subscription id has 1 to 64 characters'(t, bench) {
    const client = await bench.client();
    t.same(await client.request('x'.repeat(64), { authors: [bench.alice.publicKey] }), []);
    for (const id of ['', 'x'.repeat(65)]) {
      client.send('REQ', id, { kinds: [1] });
      t.match(await client.closedReason(id), /^invalid: /);
    }
  },
  async 'nothing is lost between the stored and the live phase'(t, bench) {
    const [reader, writer] = [await bench.client(), await bench.client()];
    const events = Array.from({ length: 100 }, (_, n) => bench.make({ content: String(n) }));
    for (const [index, event] of events.entries()) {
      writer.send('EVENT', event);
      if (index === 50) reader.send('REQ', 's', { authors: [bench.alice.publicKey] });
    }
    await Promise.all(events.map(({ id }) => writer.ok(id)));
    await reader.settled();
    const ids = reader.takeEvents('s').map(({ id }) => id);
    t.same(ids.sort(), events.map(({ id }) => id).sort());
  },
};

const versions: Checks = {
  async 'a replaceable event takes the place of the older one, in any order of arrival'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const make = (kind: number, age: number) => bench.make({ kind, created_at: now - age, content: String(age) });
    for (const kind of [0, 3, 10_000]) {
      const [old, mid, late] = [make(kind, 3), make(kind, 2), make(kind, 1)] as const;
      await client.publish(mid);
      await client.publish(late);
      t.equal((await client.publish(old)).accepted, true);
      t.same(await client.query({ kinds: [kind], authors: [bench.alice.publicKey] }), [late]);
    }
  },
  async 'of two versions of one second the lowest id stays'(t, bench) {
    const client = await bench.client();
    for (const highFirst of [true, false]) {
      const d = String(highFirst);
      const pair = ['a', 'b'].map((content) => bench.make({ kind: 30_000, tags: [['d', d]], content }));
      pair.sort((left, right) => (left.id < right.id ? -1 : 1));
      for (const event of highFirst ? [...pair].reverse() : pair) await client.publish(event);
      t.same(await client.query({ authors: [bench.alice.publicKey], '#d': [d] }), [pair[0]]);
    }
  },
  async 'addressable events are kept per d tag'(t, bench) {
    const client = await bench.client();
    const events = ['one', 'two'].map((d) => bench.make({ kind: 30_000, tags: [['d', d]] }));
    for (const event of events) await client.publish(event);
    t.equal((await client.query({ kinds: [30_000], authors: [bench.alice.publicKey] })).length, 2);
  },
  async 'an older version is not handed on live'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    await client.publish(bench.make({ kind: 0, created_at: now }));
    await client.request('s', { authors: [bench.alice.publicKey], limit: 0 });
    await client.publish(bench.make({ kind: 0, created_at: now - 5 }));
    await client.settled();
    t.same(client.takeEvents('s'), []);
  },
};

const deleting: Checks = {
  async 'an author deletes an event; the deletion stays and is served'(t, bench) {
    const client = await bench.client();
    const event = bench.make();
    await client.publish(event);
    const deletion = bench.make({
      kind: KIND_DELETION,
      tags: [
        ['e', event.id],
        ['k', '1'],
      ],
    });
    t.equal((await client.publish(deletion)).accepted, true);
    t.same(await client.query({ authors: [bench.alice.publicKey] }), [deletion]);
  },
  async 'a deleted event does not come back'(t, bench) {
    const client = await bench.client();
    const event = bench.make();
    const unseen = bench.make({ content: 'unseen' });
    await client.publish(event);
    await client.publish(
      bench.make({
        kind: KIND_DELETION,
        tags: [
          ['e', event.id],
          ['e', unseen.id],
        ],
      }),
    );
    for (const again of [event, unseen]) {
      const { accepted, text } = await client.publish(again);
      t.equal(accepted, false);
      t.match(text, /^(blocked|invalid): /);
      t.same(await client.query({ ids: [again.id] }), []);
    }
  },
  async "nobody deletes another's event"(t, bench) {
    const client = await bench.client();
    const event = bench.make({ kind: 30_000, tags: [['d', 'x']] });
    await client.publish(event);
    const tags = [
      ['e', event.id],
      ['a', `30000:${bench.alice.publicKey}:x`],
    ];
    await client.publish(bench.make({ kind: KIND_DELETION, tags }, bench.bob));
    t.same(await client.query({ ids: [event.id] }), [event]);
  },
  async 'a deletion by address removes the versions up to its own time'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const version = (age: number) => bench.make({ kind: 30_000, created_at: now - age, tags: [['d', 'x']] });
    const [old, late] = [version(10), version(1)] as const;
    const deletion = { kind: KIND_DELETION, created_at: now - 5, tags: [['a', `30000:${bench.alice.publicKey}:x`]] };
    await client.publish(old);
    await client.publish(bench.make(deletion));
    t.same(await client.query({ ids: [old.id] }), []);
    t.equal((await client.publish(version(7))).accepted, false);
    t.equal((await client.publish(late)).accepted, true);
    t.same(await client.query({ kinds: [30_000], authors: [bench.alice.publicKey] }), [late]);
  },
  async 'a live subscriber sees the deletion request'(t, bench) {
    const [reader, writer] = [await bench.client(), await bench.client()];
    await reader.request('s', { kinds: [KIND_DELETION], authors: [bench.alice.publicKey] });
    const deletion = bench.make({
      kind: KIND_DELETION,
      tags: [
        ['e', 'ab'.repeat(32)],
        ['k', '5940'],
      ],
    });
    await writer.publish(deletion);
    t.same(await reader.nextEvent('s'), deletion);
  },
};

const expiring: Checks = {
  async 'an event that has expired on arrival is refused'(t, bench) {
    const client = await bench.client();
    const { accepted, text } = await client.publish(
      bench.make({ tags: [['expiration', String(bench.relay.now() - 1)]] }),
    );
    t.equal(accepted, false);
    t.match(text, /^invalid: /);
  },
  async 'an event is no longer served once it expires'(t, bench) {
    const { advance, now } = bench.relay;
    if (advance === undefined) return void t.pass('the clock of this relay is not ours');
    const client = await bench.client();
    const event = bench.make({ tags: [['expiration', String(now() + 100)]] });
    await client.publish(event);
    t.same(await client.query({ ids: [event.id] }), [event]);
    advance(101);
    t.same(await client.query({ ids: [event.id] }), []);
    t.same(await client.query({ authors: [bench.alice.publicKey] }), []);
  },
};

const authenticating: Checks = {
  async 'each connection has its own challenge, and AUTH with it is accepted'(t, bench) {
    const [one, two] = [await bench.client(), await bench.client()];
    const challenge = await one.challenge();
    t.not(challenge, await two.challenge());
    t.equal((await one.authenticate(bench.alice, bench.authTemplate(challenge))).accepted, true);
    t.equal((await one.authenticate(bench.bob, bench.authTemplate(challenge))).accepted, true, 'a second key as well');
  },
  async 'AUTH with a stale, foreign or wrong event is refused'(t, bench) {
    const client = await bench.client();
    const challenge = await client.challenge();
    const template = bench.authTemplate(challenge);
    const refused: EventTemplate[] = [
      { ...template, created_at: bench.relay.now() - 700 },
      { ...template, created_at: bench.relay.now() + 700 },
      { ...template, kind: 1 },
      bench.authTemplate('another challenge'),
      {
        ...template,
        tags: [
          ['relay', 'wss://elsewhere.example'],
          ['challenge', challenge],
        ],
      },
      { ...template, tags: [['challenge', challenge]] },
    ];
    for (const wrong of refused) t.equal((await client.authenticate(bench.alice, wrong)).accepted, false);
    const forged = { ...bench.alice.sign(template), sig: '00'.repeat(64) };
    client.send('AUTH', forged);
    t.equal((await client.ok(forged.id)).accepted, false);
  },
  async 'an auth event is never handed on or stored'(t, bench) {
    const [reader, writer] = [await bench.client(), await bench.client()];
    await reader.request('s', { authors: [bench.alice.publicKey] });
    const template = bench.authTemplate(await writer.challenge());
    await writer.authenticate(bench.alice, template);
    t.equal((await writer.publish(bench.make({ ...template, content: 'published' }))).accepted, false);
    await reader.settled();
    t.same(reader.takeEvents('s'), []);
  },
  async 'a protected event is taken from its authenticated author only'(t, bench) {
    const client = await bench.client();
    const event = bench.make({ tags: [['-']] });
    t.match(await client.publish(event), { accepted: false, text: /^auth-required: / });
    const template = bench.authTemplate(await client.challenge());
    await client.authenticate(bench.bob, template);
    t.match(await client.publish(event), { accepted: false, text: /^(restricted|auth-required): / });
    await client.authenticate(bench.alice, template);
    t.same(await client.publish(event), { accepted: true, text: '' });
  },
};

const counting: Checks = {
  async 'COUNT gives the number of stored events the filters match together'(t, bench) {
    const client = await bench.client();
    for (const content of ['a', 'b', 'c']) await client.publish(bench.make({ content }));
    const reaction = bench.make({ kind: 7 });
    await client.publish(reaction);
    client.send('COUNT', 'c', { kinds: [1], authors: [bench.alice.publicKey] }, { authors: [bench.alice.publicKey] });
    t.match(await client.take('COUNT'), ['COUNT', 'c', { count: 4 }]);
    client.send('COUNT', 'd', { ids: ['nonsense'] });
    t.match(await client.closedReason('d'), /^invalid: /);
  },
};

const talkingNonsense: Checks = {
  async 'nonsense is answered by a NOTICE and the connection lives on'(t, bench) {
    const client = await bench.client();
    for (const text of [
      '',
      'hello',
      '{}',
      '[]',
      '["HELLO"]',
      '[1,2]',
      '["REQ"]',
      '["REQ",7,{}]',
      '["CLOSE"]',
      '[[[[',
    ]) {
      client.socket.send(text);
      t.type(await client.notice(), 'string');
    }
    client.socket.send(Buffer.from([1, 2, 3]));
    t.type(await client.notice(), 'string');
    t.equal((await client.publish(bench.make())).accepted, true);
  },
};

interface Document {
  readonly supported_nips: number[];
  readonly limitation: {
    readonly max_message_length: number;
    readonly max_subscriptions: number;
    readonly max_limit: number;
  };
}

function information(url: string): Promise<{ cors: unknown; document: Document }> {
  return new Promise((resolve, reject) => {
    get(url.replace(/^ws/, 'http'), { headers: { accept: 'application/nostr+json' } }, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () =>
        resolve({ cors: response.headers['access-control-allow-origin'], document: JSON.parse(body) as Document }),
      );
    }).on('error', reject);
  });
}

const informing: Checks = {
  async 'the information document is on the same address, open to browsers'(t, bench) {
    const { cors, document } = await information(bench.relay.url);
    t.equal(cors, '*');
    for (const nip of [1, 9, 11, 40, 42, 45, 70]) t.ok(document.supported_nips.includes(nip), `NIP-${nip}`);
  },
  async 'a message over the advertised length closes the connection, one at the length does not'(t, bench) {
    const { document } = await information(bench.relay.url);
    const client = await RelayClient.connect(bench.relay.url);
    const length = document.limitation.max_message_length;
    client.socket.send('x'.repeat(length));
    t.type(await client.notice(), 'string');
    client.socket.send('x'.repeat(length + 1));
    t.equal(await client.closed, 1009);
  },
  async 'one subscription more than advertised is refused, and a closed one makes room'(t, bench) {
    const { document } = await information(bench.relay.url);
    const client = await bench.client();
    const most = document.limitation.max_subscriptions;
    for (let index = 0; index < most; index += 1)
      await client.request(`s${index}`, { authors: [bench.alice.publicKey] });
    client.send('REQ', 'one more', { kinds: [1] });
    t.match(await client.closedReason('one more'), /^(rate-limited|error|restricted|blocked): /);
    client.send('CLOSE', 's0');
    t.same(await client.request('one more', { authors: [bench.alice.publicKey] }), []);
  },
};

const GROUPS: Record<string, Checks> = {
  publishing,
  requesting,
  versions,
  deleting,
  expiring,
  authenticating,
  counting,
  'talking nonsense': talkingNonsense,
  informing,
};

/** Runs every check against one relay. */
export async function relayConformance(t: Test, relay: RelayUnderTest): Promise<void> {
  for (const [group, checks] of Object.entries(GROUPS))
    await t.test(group, async (t) => {
      for (const [name, check] of Object.entries(checks)) await t.test(name, (t) => check(t, new Bench(t, relay)));
    });
}
