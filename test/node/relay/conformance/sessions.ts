// What a relay must do with a connection: prove keys (NIP-42, NIP-70), survive nonsense, say its limits (NIP-11) and keep them.
import { get } from 'node:http';
import type { EventTemplate } from '../../../../protocol/event.ts';
import { RelayClient } from '../../../support/relay-client.ts';
import type { Checks } from './bench.ts';

export const authenticating: Checks = {
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

export const talkingNonsense: Checks = {
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

export const informing: Checks = {
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
