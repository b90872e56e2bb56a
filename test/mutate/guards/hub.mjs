// The guards of the embedded hub: a request is executed once and in time, an invoice is paid once, books are synced.

const SERVICE = 'test/node/wallet/hub';

/** @type {import('./guard.mjs').Guard[]} */
export const HUB_GUARDS = [
  {
    name: 'the hub executes a request once',
    file: 'node/wallet/hub/teller.ts',
    find: 'const known = draft.get(requestKey(asked.requestId));',
    replace: 'const known = undefined as RequestRow | undefined;',
    tests: [SERVICE],
  },
  {
    name: 'an invoice is paid once, whoever asks again',
    file: 'node/wallet/hub/payments.ts',
    find: 'if (row.payment !== undefined) {',
    replace: "if (row.payment !== undefined && row.kind === 'hold') {",
    tests: [SERVICE],
  },
  {
    name: 'the hub ignores a request that is void',
    file: 'node/wallet/hub/requests.ts',
    find: 'return voidAt > nowSeconds && voidAt > forgottenUntil',
    replace: 'return voidAt > forgottenUntil',
    tests: [SERVICE],
  },
  {
    name: 'the hub takes no request of a time it has forgotten',
    file: 'node/wallet/hub/requests.ts',
    find: 'return voidAt > nowSeconds && voidAt > forgottenUntil',
    replace: 'return voidAt > nowSeconds',
    tests: [SERVICE],
  },
  {
    name: 'an expired invoice is not paid',
    file: 'node/wallet/hub/payments.ts',
    find: "if (moment.nowSeconds >= row.expiresAt) throw failed('the invoice has expired');",
    replace: '',
    tests: [SERVICE],
  },
  {
    name: 'what the hub writes is synced',
    file: 'node/wallet/hub/stored-rows.ts',
    find: 'const SYNCED = { sync: true } as const;',
    replace: 'const SYNCED = { sync: false } as const;',
    tests: [SERVICE],
  },
];
