import t from 'tap';
import { PendingRequests } from '../../../node/wallet/pending-requests.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { msat } from '../../../protocol/money.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const overdue = () => new PylonError('wallet-timeout');
const request = (untilMs: number) => ({ method: 'get_balance', encryption: 'nip44_v2', untilMs, overdue }) as const;

t.test('a request has one end: its answer, its refusal or its time', async (t) => {
  const clock = new VirtualClock(0);
  const pending = new PendingRequests(clock);
  const answerTo = (id: string) => pending.add(id, request(1_000)).answer;
  const [answered, refused, late] = [answerTo('a'), answerTo('b'), answerTo('c')];
  pending.resolve('a', msat(5));
  pending.resolve('a', msat(6));
  pending.reject('a', overdue());
  t.equal(await answered, 5, 'the first answer counts');
  pending.reject('b', new PylonError('wallet-internal'));
  await t.rejects(refused, { code: 'wallet-internal' });
  await t.rejects(clock.runUntil(late), { code: 'wallet-timeout' });
  t.equal(clock.now(), 1_000);
  pending.resolve('c', msat(7));
  t.equal(pending.size, 0);
  t.equal(clock.pending, 0, 'no timer is left behind');
});

t.test('what nothing waits for changes nothing', async (t) => {
  const pending = new PendingRequests(new VirtualClock());
  pending.resolve('nobody', msat(5));
  pending.reject('nobody', overdue());
  t.equal(pending.get('nobody'), undefined);
});

t.test('all that waits can be ended at once', async (t) => {
  const clock = new VirtualClock(0);
  const pending = new PendingRequests(clock);
  const answers = ['a', 'b'].map((id) => pending.add(id, request(1_000)).answer.catch((thrown: unknown) => thrown));
  pending.rejectAll(overdue);
  for (const ended of await Promise.all(answers)) t.match(ended, { code: 'wallet-timeout' });
  t.equal(clock.pending, 0);
});
