import t from 'tap';
import { startVerifyWorker } from '../../../node/relay/verify-worker.ts';
import type { KeyPair } from '../../../protocol/keypair.ts';
import { seededKeys } from '../../support/keys.ts';

const [alice] = seededKeys('worker') as [KeyPair];

t.test('the verifying thread tells true from forged, in the order of asking', async (t) => {
  const verifier = startVerifyWorker();
  t.teardown(() => verifier.close());
  const answered: number[] = [];
  const verdicts = Array.from({ length: 50 }, async (_, index) => {
    const event = alice.sign({ kind: 1, created_at: index, tags: [], content: '' });
    const forged = index % 3 === 0 ? { ...event, sig: `${event.sig.slice(2)}00` } : event;
    const holds = await verifier.verify(forged);
    answered.push(index);
    return holds === (index % 3 !== 0);
  });
  t.ok((await Promise.all(verdicts)).every(Boolean));
  t.same(
    answered,
    answered.map((_, index) => index),
  );
});

t.test('an id that is not the hash of its event needs no thread to be refused', async (t) => {
  const verifier = startVerifyWorker();
  t.teardown(() => verifier.close());
  const event = alice.sign({ kind: 1, created_at: 1, tags: [], content: 'a' });
  t.equal(verifier.verify({ ...event, content: 'b' }), false);
});

t.test('when the thread ends, open and later questions are answered without it', async (t) => {
  const verifier = startVerifyWorker();
  const event = alice.sign({ kind: 1, created_at: 1, tags: [], content: '' });
  const forged = { ...event, sig: '00'.repeat(64) };
  const open = [verifier.verify(event), verifier.verify(forged)];
  await verifier.close();
  t.same(await Promise.all(open), [true, false]);
  t.same([await verifier.verify(event), await verifier.verify(forged)], [true, false]);
});
