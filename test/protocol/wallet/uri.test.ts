import { inspect } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { PylonError } from '../../../protocol/errors.ts';
import { KeyPair } from '../../../protocol/keypair.ts';
import { WalletConnection } from '../../../protocol/wallet/uri.ts';
import { seededBytes } from '../../support/keys.ts';

const SERVICE = KeyPair.generate(seededBytes('service')).publicKey;
const SECRET = Buffer.from(seededBytes('client')(32)).toString('hex');
const RELAY = 'wss://relay.example';

const relays = (...urls: string[]) => urls.map((url) => `relay=${encodeURIComponent(url)}`).join('&');
const uri = (query: string, scheme = 'nostr+walletconnect://', service = SERVICE) => `${scheme}${service}?${query}`;
const GOOD = uri(`${relays(RELAY)}&secret=${SECRET}`);

t.test('the example of NIP-47 is read', async (t) => {
  const connection = WalletConnection.parse(
    'nostr+walletconnect://b889ff5b1513b641e2a139f661a661364979c5beee91842f8f0ef42ab558e9d4?relay=wss%3A%2F%2Frelay.damus.io&secret=71a8c14c1407c113601079c4302dab36460f0ccd0ad506f1f2dc73b5100e4f3c',
  );
  t.equal(connection.service, 'b889ff5b1513b641e2a139f661a661364979c5beee91842f8f0ef42ab558e9d4');
  t.same(connection.relays, ['wss://relay.damus.io']);
  t.equal(connection.lud16, undefined);
});

t.test('several relays, a Lightning address, unknown parameters and either scheme are read', async (t) => {
  const query = `${relays(RELAY, 'ws://127.0.0.1:7000/x?y=1', RELAY)}&secret=${SECRET.toUpperCase()}&lud16=a%40b.example&budget=1`;
  for (const scheme of [
    'nostr+walletconnect://',
    'nostr+walletconnect:',
    'nostrwalletconnect://',
    'nostrwalletconnect:',
    'NOSTR+WalletConnect://',
  ]) {
    const connection = WalletConnection.parse(`  ${uri(query, scheme, SERVICE.toUpperCase())}\n`);
    t.equal(connection.service, SERVICE, scheme);
    t.same(connection.relays, [RELAY, 'ws://127.0.0.1:7000/x?y=1']);
    t.equal(connection.lud16, 'a@b.example');
  }
});

t.test('a relay that stands there unescaped is read up to its end', async (t) => {
  const connection = WalletConnection.parse(uri(`relay=wss://relay.example/?key=1&secret=${SECRET}`));
  t.same(connection.relays, ['wss://relay.example/?key=1']);
});

t.test('what is printed is read again, whatever the relays and the address', async () => {
  const relay = fc.webUrl({ withQueryParameters: true, withFragments: false }).map((url) => url.replace(/^http/, 'ws'));
  const parts = fc.record({
    relays: fc.uniqueArray(relay, { minLength: 1, maxLength: 4 }),
    secret: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    lud16: fc.option(fc.emailAddress(), { nil: undefined }),
  });
  fc.assert(
    fc.property(parts, (parts) => {
      const connection = new WalletConnection({ service: SERVICE, ...parts });
      const again = WalletConnection.parse(connection.reveal());
      return again.reveal() === connection.reveal() && again.keyPair(seededBytes('x')).publicKey.length === 64;
    }),
  );
});

t.test('the client speaks by the secret of the connection', async (t) => {
  const keys = WalletConnection.parse(GOOD).keyPair(seededBytes('x'));
  t.equal(keys.publicKey, new KeyPair(Buffer.from(SECRET, 'hex'), seededBytes('y')).publicKey);
});

t.test('a faulty connection is refused in words that quote nothing of it', async (t) => {
  const relay = relays(RELAY);
  const faulty: [string, RegExp][] = [
    ['', /does not begin/],
    [SECRET, /does not begin/],
    [`https://${SERVICE}?${relay}&secret=${SECRET}`, /does not begin/],
    [uri(`${relay}&secret=${SECRET}`, 'nostr+walletconnect://', SERVICE.slice(1)), /key of the wallet/],
    [uri(`${relay}&secret=${SECRET}`, 'nostr+walletconnect://', 'f'.repeat(64)), /not on the curve/],
    [uri(`secret=${SECRET}`), /names no relay/],
    [uri(`${relays(...Array.from({ length: 17 }, (_, at) => `${RELAY}/${at}`))}&secret=${SECRET}`), /too many relays/],
    [uri(`${relays('https://relay.example')}&secret=${SECRET}`), /a relay/],
    [uri(`${relays('wss://')}&secret=${SECRET}`), /a relay/],
    [uri(`${relays(`wss://user:${SECRET}@relay.example`)}&secret=${SECRET}`), /a relay/],
    [uri(relay), /secret/],
    [uri(`${relay}&secret=${SECRET.slice(1)}`), /secret/],
    [uri(`${relay}&secret=${'0'.repeat(64)}`), /secret/],
    [uri(`${relay}&secret=${'f'.repeat(64)}`), /secret/],
    [uri(`${relay}&secret=${SECRET}&lud16=${'a'.repeat(300)}`), /Lightning address/],
    [`${GOOD}&${'a'.repeat(5_000)}`, /too long/],
  ];
  for (const [text, says] of faulty) {
    const error = t.throws(() => WalletConnection.parse(text), { code: 'wallet-uri-invalid', message: says });
    const told = error instanceof PylonError ? `${inspect(error)}${JSON.stringify(error)}` : '';
    t.notMatch(told, new RegExp(`${SECRET.slice(4, 30)}|relay.example`, 'i'), 'nothing is quoted');
    t.equal((error as Error).cause, undefined);
  }
});

t.test('a connection that is printed by mistake gives nothing away', async (t) => {
  const connection = WalletConnection.parse(GOOD);
  for (const text of [inspect(connection, { depth: 9, showHidden: true }), JSON.stringify(connection), `${connection}`])
    t.notMatch(text, SECRET);
  t.match(connection.reveal(), SECRET, 'only on purpose');
});
