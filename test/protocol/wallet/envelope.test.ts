import t from 'tap';
import {
  commonEncryption,
  encodeWalletServiceInfo,
  parseWalletServiceInfo,
  requestEncryption,
  walletNotificationEvent,
  walletRequestEvent,
  walletResponseEvent,
} from '../../../protocol/wallet/envelope.ts';

const info = {
  methods: ['get_info', 'pay_invoice'],
  notifications: ['payment_received'],
  encryptions: ['nip44_v2', 'nip04'],
};

t.test('the info event is read as it was written', async (t) => {
  const event = encodeWalletServiceInfo(info, 5);
  t.same(event, {
    kind: 13194,
    created_at: 5,
    tags: [
      ['encryption', 'nip44_v2 nip04'],
      ['notifications', 'payment_received'],
    ],
    content: 'get_info pay_invoice',
  });
  t.same(parseWalletServiceInfo(event), info);
  const quiet = encodeWalletServiceInfo({ ...info, notifications: [] }, 5);
  t.same(parseWalletServiceInfo(quiet).notifications, []);
});

t.test('a service without an encryption tag speaks NIP-04 only; NIP-44 is taken wherever it is offered', async (t) => {
  const offers = (...encryption: string[]) =>
    commonEncryption(parseWalletServiceInfo({ tags: encryption.map((names) => ['encryption', names]), content: '' }));
  t.equal(offers(), 'nip04');
  t.equal(offers('nip04'), 'nip04');
  t.equal(offers('nip04 nip44_v2'), 'nip44_v2');
  t.equal(offers('nip04,nip44_v2'), 'nip44_v2');
  t.equal(offers('nip99'), undefined);
  t.equal(offers(''), undefined);
});

t.test('a flood of names is cut', async (t) => {
  const many = Array.from({ length: 1_000 }, (_, at) => `m${at}`).join(' ');
  const flood = { tags: [['notifications', 'a b', ...Array(500).fill('c d')]], content: many };
  const read = parseWalletServiceInfo(flood);
  t.equal(read.methods.length, 0, 'longer than any list of methods');
  t.equal(read.notifications.length, 64);
});

t.test('requests say for whom, how they are sealed, and until when they hold', async (t) => {
  const request = { sealed: 's', service: 'ab', createdAt: 1, expiresAt: 60 };
  const modern = walletRequestEvent({ ...request, encryption: 'nip44_v2' });
  t.same(modern.tags, [
    ['p', 'ab'],
    ['encryption', 'nip44_v2'],
    ['expiration', '60'],
  ]);
  t.equal(modern.kind, 23194);
  t.equal(requestEncryption(modern), 'nip44_v2');
  const legacy = walletRequestEvent({ ...request, encryption: 'nip04' });
  t.same(legacy.tags, [
    ['p', 'ab'],
    ['expiration', '60'],
  ]);
  t.equal(requestEncryption(legacy), 'nip04');
  t.equal(requestEncryption({ tags: [['encryption', 'rot13']] }), undefined);
});

t.test('responses say what they answer; notifications have a kind for each seal', async (t) => {
  const response = walletResponseEvent({ sealed: 's', client: 'cd', requestId: 'ef', createdAt: 1 });
  t.same(
    [response.kind, response.tags],
    [
      23195,
      [
        ['p', 'cd'],
        ['e', 'ef'],
      ],
    ],
  );
  const notification = { sealed: 's', client: 'cd', createdAt: 1 };
  t.equal(walletNotificationEvent({ ...notification, encryption: 'nip44_v2' }).kind, 23197);
  t.equal(walletNotificationEvent({ ...notification, encryption: 'nip04' }).kind, 23196);
});
