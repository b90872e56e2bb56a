import { unpack } from 'msgpackr';
import t from 'tap';
import { decodeValue, encodeValue } from '../../../ledger/store/values.ts';
import { traceOf } from '../../support/traces.ts';

t.test('a value is one version byte and plain msgpack that anybody can read', async (t) => {
  const trace = traceOf();
  const bytes = encodeValue(trace);
  t.equal(bytes[0], 1);
  t.same(unpack(bytes.subarray(1)), trace);
  t.same(decodeValue(bytes, 'e!'), trace);
});

t.test('a value of another version or a damaged one is named and not guessed at', async (t) => {
  t.throws(() => decodeValue(Uint8Array.of(2, 1), 'r!X'), {
    code: 'store-corrupt',
    value: 'r!X',
    message: /version 2/,
  });
  t.throws(() => decodeValue(new Uint8Array(0), 'r!X'), { code: 'store-corrupt', message: /version none/ });
  const bytes = encodeValue(traceOf());
  t.throws(() => decodeValue(bytes.subarray(0, bytes.length / 2), 'r!X'), {
    code: 'store-corrupt',
    message: /damaged/,
  });
});
