import t from 'tap';
import { relayUrl, relayUrls } from '../../../node/pool/relay-url.ts';
import type { PylonError } from '../../../protocol/errors.ts';

t.test('two ways of writing an address are one relay', async (t) => {
  t.equal(relayUrl('wss://Relay.Example/'), 'wss://relay.example');
  t.equal(relayUrl('ws://127.0.0.1:7777#here'), 'ws://127.0.0.1:7777');
  t.equal(relayUrl('wss://relay.example/inbox?key=1'), 'wss://relay.example/inbox?key=1');
  t.same(relayUrls(['wss://a.example', 'wss://A.example/', 'wss://b.example']), ['wss://a.example', 'wss://b.example']);
});

for (const text of ['', 'relay.example', 'http://relay.example', 'ws://', 'wss://a b', `wss://${'x'.repeat(2_000)}`]) {
  t.test(`${JSON.stringify(text.slice(0, 30))} is no relay`, async (t) => {
    t.throws(() => relayUrl(text), { code: 'relay-url-invalid', next: /wss:/ });
  });
}

t.test('a password in an address is refused and not repeated', async (t) => {
  try {
    relayUrl('wss://me:secret@relay.example');
    t.fail('it was taken');
  } catch (thrown) {
    t.equal((thrown as PylonError).code, 'relay-url-invalid');
    t.notMatch((thrown as PylonError).message, /secret/);
  }
});

t.test('a list of no relays is refused', async (t) => {
  t.throws(() => relayUrls([]), { code: 'relay-url-invalid' });
});
