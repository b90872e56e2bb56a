// What a relay must do with EVENT (NIP-01): answer each by one OK, keep out forgeries, hand on unchanged.
import type { Checks } from './bench.ts';

const flipped = (hex: string) => `${hex[0] === '0' ? '1' : '0'}${hex.slice(1)}`;

export const publishing: Checks = {
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
