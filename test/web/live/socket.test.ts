// The page's one connection: it comes back, hears who answers, and hangs up when nobody needs it.
import t from 'tap';
import { type Ends, type Listener, type LiveMessage, LiveSocket } from '../../../web/live/socket.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function stage() {
  const clock = new VirtualClock();
  const connections: { ends: Ends; sent: string[]; isClosed: boolean }[] = [];
  const live = new LiveSocket({
    connect: (ends) => {
      const connection = { ends, sent: [] as string[], isClosed: false };
      connections.push(connection);
      return {
        send: (text) => connection.sent.push(text),
        close: () => {
          connection.isClosed = true;
        },
      };
    },
    after: (delayMs, callback) => clock.after(delayMs, callback),
    fraction: () => 1,
  });
  const hello = (instance: string) => connections.at(-1)!.ends.onMessage(JSON.stringify({ type: 'hello', instance }));
  return { clock, connections, live, hello };
}

function listener(type = 'news') {
  const log: unknown[] = [];
  const self: Listener = {
    hears: (message) => message.type === type,
    onOpen: (isSame) => log.push(isSame ? 'open again' : 'open'),
    onMessage: (message: LiveMessage) => log.push(message),
    onCut: () => log.push('cut'),
  };
  return { self, log };
}

t.test('those who listen hear that it is open, what is for them, and that it was cut', async (t) => {
  const { connections, live, hello } = stage();
  const [one, other] = [listener(), listener('else')];
  live.listen(one.self);
  live.listen(other.self);
  live.send({ type: 'early' });
  hello('a');
  live.send({ type: 'subscribe' });
  connections[0]!.ends.onMessage('{"type":"news","run_id":"r"}');
  connections[0]!.ends.onClose();
  t.same(one.log, ['open', { type: 'news', run_id: 'r' }, 'cut']);
  t.same(other.log, ['open', 'cut']);
  t.same(connections[0]!.sent, ['{"type":"subscribe"}'], 'nothing is sent before it is open');
});

t.test('it tries again, later each time and at once when told, and says whether it is the same daemon', async (t) => {
  const { clock, connections, live, hello } = stage();
  const one = listener();
  live.listen(one.self);
  hello('a');
  const waits: number[] = [];
  for (let attempt = 0; attempt < 6; attempt++) {
    connections.at(-1)!.ends.onClose();
    const cutMs = clock.now();
    await clock.step();
    waits.push(clock.now() - cutMs);
  }
  t.same(waits, [250, 500, 1_000, 2_000, 4_000, 4_000]);
  hello('a');
  connections.at(-1)!.ends.onClose();
  live.nudge();
  hello('b');
  t.same(
    one.log.filter((word) => word !== 'cut'),
    ['open', 'open again', 'open'],
  );
  t.equal(clock.pending, 0);
});

t.test('it hangs up when the last one leaves, and what comes of that is nobody’s business', async (t) => {
  const { clock, connections, live, hello } = stage();
  const [one, other] = [listener(), listener()];
  const [leave, leaveToo] = [live.listen(one.self), live.listen(other.self)];
  hello('a');
  leave();
  t.notOk(connections[0]!.isClosed);
  leaveToo();
  t.ok(connections[0]!.isClosed);
  connections[0]!.ends.onClose();
  t.equal(clock.pending, 0);
  t.equal(live.contact.value, 'idle');
  live.listen(one.self);
  t.equal(connections.length, 2);
});
