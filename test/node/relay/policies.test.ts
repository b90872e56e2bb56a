import fc from 'fast-check';
import t from 'tap';
import { RELAY_LIMITS } from '../../../node/relay/limits.ts';
import { authFault, refusalOfEvent, standardPolicies, workBits } from '../../../node/relay/policies.ts';
import type { NostrEvent } from '../../../protocol/event.ts';

const NOW = 1_800_000_000;
const HEX = 'ab'.repeat(32);
const nobody = { pubkeys: new Set<string>(), address: '' };

function event(changes: Partial<NostrEvent> = {}): NostrEvent {
  return { id: HEX, pubkey: HEX, sig: HEX + HEX, created_at: NOW, kind: 1, tags: [], content: '', ...changes };
}

t.test('the work of an id is its leading zero bits', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(256), (bytes, zeros) => {
      for (let bit = 0; bit < zeros; bit += 1) bytes[bit >> 3]! &= ~(0x80 >> (bit & 7));
      let bits = '';
      for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
      const expected = bits.includes('1') ? bits.indexOf('1') : 256;
      return workBits(Buffer.from(bytes).toString('hex')) === expected;
    }),
  );
  t.equal(workBits(`000000000e9d97a1ab09fc381030b346cdd7a142ad57e6df0b46dc9bef6c7e2d`), 36, "NIP-13's own example");
});

t.test('work that commits to a lower target is not enough', async (t) => {
  const policies = standardPolicies({ ...RELAY_LIMITS, workBitsMin: 8 }, () => NOW * 1_000);
  const id = `00${'f'.repeat(62)}`;
  const refusal = (target: string) => refusalOfEvent(policies, event({ id, tags: [['nonce', '1', target]] }), nobody);
  t.equal(refusal('8'), undefined);
  t.match(refusal('7'), /^pow: /);
  t.equal(refusalOfEvent(policies, event({ id }), nobody), undefined);
});

t.test('created_at may be ahead by what clocks drift and no more; the past is welcome', async (t) => {
  const policies = standardPolicies(RELAY_LIMITS, () => NOW * 1_000);
  const refusal = (created_at: number) => refusalOfEvent(policies, event({ created_at }), nobody);
  t.equal(refusal(NOW + 900), undefined);
  t.match(refusal(NOW + 901), /^invalid: /);
  t.equal(refusal(0), undefined);
});

t.test('an AUTH event is judged by kind, age, challenge and the host of its relay tag', async (t) => {
  const expected = { challenge: 'c', hosts: ['127.0.0.1:7777'], nowMs: NOW * 1_000 };
  const auth = (changes: Partial<NostrEvent> = {}, relay = 'ws://127.0.0.1:7777/') =>
    authFault(
      event({
        kind: 22_242,
        tags: [
          ['relay', relay],
          ['challenge', 'c'],
        ],
        ...changes,
      }),
      expected,
    );
  t.equal(auth(), undefined);
  t.equal(auth({}, 'ws://127.0.0.1:7777'), undefined);
  t.equal(auth({ created_at: NOW - 600 }), undefined);
  t.equal(auth({ created_at: NOW + 600 }), undefined);
  t.type(auth({ created_at: NOW - 601 }), 'string');
  t.type(auth({ kind: 1 }), 'string');
  t.type(auth({}, 'ws://127.0.0.1:7778'), 'string');
  t.type(auth({}, 'not a url'), 'string');
  t.type(auth({ tags: [] }), 'string');
});
