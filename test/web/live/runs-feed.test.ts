import t from 'tap';
import { watchRuns } from '../../../web/live/runs-feed.ts';
import { type Ends, LiveSocket } from '../../../web/live/socket.ts';

t.test('runs that change are heard of, and after a cut the list is to be asked for again', async (t) => {
  const log: unknown[] = [];
  let ends: Ends | undefined;
  let retry: () => void = () => undefined;
  const live = new LiveSocket({
    connect: (given) => {
      ends = given;
      return { send: (text) => log.push(text), close: () => log.push('closed') };
    },
    after: (_delayMs, callback) => {
      retry = callback;
      return () => undefined;
    },
    fraction: () => 0,
  });
  const stop = watchRuns(live, {
    onRuns: (runs) => log.push(runs.map(({ id }) => id)),
    onMissed: () => log.push('missed'),
  });
  const hear = (message: object) => ends?.onMessage(JSON.stringify(message));
  hear({ type: 'hello', instance: 'a' });
  hear({ type: 'runs', runs: [{ id: 'r' }] });
  ends?.onClose();
  retry();
  hear({ type: 'hello', instance: 'a' });
  stop();
  const asked = '{"type":"subscribe_runs"}';
  t.same(log, [asked, ['r'], asked, 'missed', 'closed']);
});
