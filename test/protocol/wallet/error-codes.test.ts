import t from 'tap';
import { CATALOGUE, PylonError } from '../../../protocol/errors.ts';
import { fromWalletFailure, toWalletFailure, WALLET_ERROR_CODES } from '../../../protocol/wallet/error-codes.ts';

t.test('the eleven codes of NIP-47 have eleven codes here, both ways', async (t) => {
  t.equal(WALLET_ERROR_CODES.length, 11);
  for (const code of WALLET_ERROR_CODES) {
    const error = fromWalletFailure({ code, message: 'because' });
    t.ok(Object.hasOwn(CATALOGUE, error.code));
    t.match(error.message, /the wallet says: because/);
    t.equal(toWalletFailure(error).code, code);
  }
});

t.test('a code nobody knows counts as OTHER and is named', async (t) => {
  for (const code of ['TEAPOT', 'constructor', '__proto__', '']) {
    const error = fromWalletFailure({ code, message: '' });
    t.equal(error.code, 'wallet-other');
    t.equal(error.value, code);
  }
});

t.test('what a wallet says is one line of bounded length', async (t) => {
  const error = fromWalletFailure({ code: 'OTHER', message: `a\u001b[2J\nb${'c'.repeat(100_000)}` });
  t.notMatch(error.message, /[\u001b\n]/);
  t.ok(error.message.length < 1_000);
});

t.test('the mistake of a caller is told, what went wrong inside is not', async (t) => {
  t.same(toWalletFailure(new PylonError('request-invalid', { reason: 'amount is malformed' })), {
    code: 'OTHER',
    message: 'amount is malformed',
  });
  t.equal(toWalletFailure(new PylonError('invoice-expired')).code, 'OTHER');
  const inside = toWalletFailure(
    new PylonError('store-failed', { value: '/home/alice', reason: 'disk full at /home/alice' }),
  );
  t.equal(inside.code, 'INTERNAL');
  t.notMatch(inside.message, /alice/);
});
