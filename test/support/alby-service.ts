// Alby's NWCWalletService in front of any wallet of ours: an independent service for our client to speak to. It has
// neither hold invoices nor notifications, and names in its answers only the request.
import type { Wallet } from '../../node/wallet/port.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { KIND_WALLET_INFO } from '../../protocol/kinds.ts';
import { msat } from '../../protocol/money.ts';
import { toWalletFailure } from '../../protocol/wallet/error-codes.ts';
import { transactionToWire } from '../../protocol/wallet/transaction.ts';
import { WalletConnection } from '../../protocol/wallet/uri.ts';
import type { AlbySdk } from './alby-sdk.ts';
import { eventually } from './swarm.ts';

export const ALBY_METHODS = [
  'get_info',
  'get_balance',
  'make_invoice',
  'pay_invoice',
  'pay_keysend',
  'lookup_invoice',
  'list_transactions',
] as const;

/** The result of a wallet's method, or its refusal as NIP-47 has it. */
async function answer(method: () => Promise<unknown>) {
  try {
    return { result: (await method()) as never, error: undefined };
  } catch (thrown) {
    return { result: undefined, error: toWalletFailure(toPylonError(thrown)) };
  }
}

function handlerOf(wallet: Wallet): Parameters<InstanceType<AlbySdk['NWCWalletService']>['subscribe']>[1] {
  const proof = async (paid: Promise<{ preimage: string; feesPaidMsat: number }>) => {
    const { preimage, feesPaidMsat } = await paid;
    return { preimage, fees_paid: feesPaidMsat };
  };
  return {
    getInfo: () => answer(async () => ({ ...(await wallet.getInfo()), methods: [...ALBY_METHODS] })),
    getBalance: () => answer(async () => ({ balance: await wallet.getBalance() })),
    makeInvoice: ({ amount, description, expiry }) =>
      answer(async () => {
        const more = { ...(description ? { description } : {}), ...(expiry ? { expirySeconds: expiry } : {}) };
        return transactionToWire(await wallet.makeInvoice({ amountMsat: msat(amount), ...more }));
      }),
    payInvoice: ({ invoice, amount }) =>
      answer(async () => {
        const named = amount === undefined ? {} : { amountMsat: msat(amount) };
        const expiresAt = Math.floor(Date.now() / 1_000) + 60;
        return proof(wallet.pay(wallet.preparePayment({ invoice, expiresAt, ...named })));
      }),
    payKeysend: ({ amount, pubkey, preimage }) =>
      answer(() =>
        proof(wallet.payKeysend({ amountMsat: msat(amount), pubkey, ...(preimage === undefined ? {} : { preimage }) })),
      ),
    lookupInvoice: ({ payment_hash, invoice }) =>
      answer(async () => {
        const wanted = payment_hash === undefined ? { invoice: invoice ?? '' } : { paymentHash: payment_hash };
        return transactionToWire(await wallet.lookupInvoice(wanted));
      }),
    listTransactions: (filter) =>
      answer(async () => ({ transactions: (await wallet.listTransactions(filter)).map(transactionToWire) })),
  };
}

/**
 * Serves a wallet on a relay, until the test ends.
 * @param served.isLegacy says nothing of encryption, as services did before there was any but NIP-04
 * @returns the connection for its client
 */
export async function serveByAlby(
  t: { teardown(undo: () => unknown): void },
  { NWCWalletService, NWCWalletServiceKeyPair }: AlbySdk,
  served: { wallet: Wallet; relayUrl: string; walletSecret: string; clientSecret: string; isLegacy?: boolean },
): Promise<WalletConnection> {
  const { wallet, relayUrl, walletSecret, clientSecret, isLegacy = false } = served;
  const parts = { relays: [relayUrl], secret: clientSecret };
  // Only to learn the client's key from its secret: any valid key serves as the service's here.
  const clientKey = new NWCWalletServiceKeyPair(clientSecret, 'nobody').walletPubkey;
  const keys = new NWCWalletServiceKeyPair(walletSecret, clientKey);
  const service = new NWCWalletService({ relayUrl });
  await service.publishWalletServiceInfoEvent(walletSecret, [...ALBY_METHODS], []);
  if (isLegacy) {
    const later = Math.floor(Date.now() / 1_000) + 5; // replaces what the SDK said of itself
    const info = { kind: KIND_WALLET_INFO, created_at: later, tags: [], content: ALBY_METHODS.join(' ') };
    await service.relay.publish(await service.signEvent(info, walletSecret));
  }
  const stop = await service.subscribe(keys, handlerOf(wallet));
  await eventually('the service subscribed', () => service.relay.openSubs.size > 0);
  t.teardown(() => {
    stop();
    service.close();
  });
  return new WalletConnection({ service: keys.walletPubkey, ...parts });
}
