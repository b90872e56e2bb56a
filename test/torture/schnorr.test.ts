// The long form of test/protocol/schnorr.test.ts: minutes, so only `npm run torture` runs it.
import '../../node/v8-flags.ts';
import t from 'tap';
import { nobleSchnorr, schnorr } from '../../protocol/schnorr.ts';
import { seededBytes } from '../support/keys.ts';
import { compareSchnorr } from '../support/schnorr-agreement.ts';

const ROUNDS = 10_000;
const TIMEOUT_MS = 900_000;

t.test('wasm and noble agree on 10,000 random events', { timeout: TIMEOUT_MS }, async (t) => {
  t.same(compareSchnorr(schnorr, await nobleSchnorr(), ROUNDS, seededBytes('agree 10,000')), []);
});
