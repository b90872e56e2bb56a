import t from 'tap';
import { sha256Hex } from '../../protocol/event.ts';
import { checkPayload, checkRequest, HTTP_AUTH_SECONDS, signRequest } from '../../protocol/http-auth.ts';
import { seededKeys } from '../support/keys.ts';

const NOW = 1_700_000_000;
const [keys] = seededKeys('http') as [ReturnType<typeof seededKeys>[number]];
const payloadHash = sha256Hex('body');
const REQUEST = { url: 'https://pylon.example/api/runs/sync', method: 'POST', payloadHash };
const everybody = () => true;

function header(change: { kind?: number; tags?: string[][]; sig?: string; id?: string } = {}): string {
  const tags = change.tags ?? [
    ['u', REQUEST.url],
    ['method', 'POST'],
    ['payload', payloadHash],
  ];
  const event = keys.sign({ kind: change.kind ?? 27_235, created_at: NOW, tags, content: '' });
  return `Nostr ${Buffer.from(JSON.stringify({ ...event, ...change })).toString('base64')}`;
}

t.test('a signed request is its signer’s, for its address, method, body and minute', async (t) => {
  const event = checkRequest(signRequest(keys, REQUEST, 'n', NOW), REQUEST, NOW + HTTP_AUTH_SECONDS, everybody);
  t.equal(event.pubkey, keys.publicKey);
  t.equal(event.kind, 27_235);
  checkPayload(event, payloadHash);
  t.throws(() => checkPayload(event, sha256Hex('other')), { code: 'signature-refused' });
  t.not(signRequest(keys, REQUEST, 'm', NOW), signRequest(keys, REQUEST, 'n', NOW), 'two of one second differ');
});

t.test('what was changed, is late, early, for elsewhere or signed by nobody is refused', async (t) => {
  const refuses = (authorization: string | undefined, what: string, asked = REQUEST, now = NOW) =>
    t.throws(() => checkRequest(authorization, asked, now, everybody), { code: 'signature-refused' }, what);
  const good = signRequest(keys, REQUEST, 'n', NOW);
  refuses(undefined, 'no header');
  refuses('Bearer x', 'a token');
  refuses('Nostr not base64!', 'no base64');
  refuses(`Nostr ${Buffer.from('{}').toString('base64')}`, 'no event');
  refuses(`Nostr ${'A'.repeat(5_000)}`, 'too long');
  refuses(good, 'expired', REQUEST, NOW + HTTP_AUTH_SECONDS + 1);
  refuses(good, 'of the future', REQUEST, NOW - HTTP_AUTH_SECONDS - 1);
  refuses(good, 'another address', { ...REQUEST, url: `${REQUEST.url}?x` });
  refuses(good, 'another method', { ...REQUEST, method: 'PUT' });
  refuses(header({ kind: 22_242 }), 'another kind');
  refuses(header({ sig: 'ab'.repeat(64) }), 'another signature');
  refuses(header({ id: 'ab'.repeat(32) }), 'another id');
  const u = ['u', REQUEST.url];
  const [method, payload] = [
    ['method', 'POST'],
    ['payload', payloadHash],
  ] as const;
  refuses(header({ tags: [u, [...method]] }), 'no payload');
  refuses(header({ tags: [u, ['u', 'https://other'], [...method], [...payload]] }), 'two addresses');
  refuses(header({ tags: [[...method], [...payload]] }), 'no address');
});

t.test('a key that is not let in is told so before its signature is looked at', async (t) => {
  const forged = header({ sig: 'ab'.repeat(64) });
  t.throws(() => checkRequest(forged, REQUEST, NOW, () => false), { code: 'key-refused' });
});
