// Coming back without loss: what is asked again after a cut, and what a relay left out.

import t from 'tap';
import type { VerifiedEvent } from '../../../protocol/event.ts';
import type { FilterJson } from '../../../protocol/filter.ts';
import { collect, note, now, pool, relay } from '../../support/relay-pool-fixture.ts';
import type { Script } from '../../support/scripted-relay.ts';
import { eventually } from '../../support/swarm.ts';

t.test('after a cut it asks from two minutes before the newest event, and brings only what is new', async (t) => {
  const [old, missed] = [note('old', now() - 50), note('missed, by a clock that is behind', now() - 100)];
  const scripted = await relay(t, {
    onRequest(visitor, id) {
      if (scripted.visitors.length === 1) visitor.send('EOSE', id);
      else for (const event of [old, missed]) visitor.send('EVENT', id, event);
      if (scripted.visitors.length > 1) visitor.send('EOSE', id);
      else visitor.send('EVENT', id, old);
    },
  });
  const events = collect(pool(t, [scripted.url]), [{ kinds: [1], limit: 5 }]);
  await eventually('the old event', () => events.length === 1);
  const before = now();
  scripted.latest!.socket.terminate();
  await eventually('the missed event', () => events.length === 2);
  t.same(events, [old, missed]);
  const [, , filter] = scripted.latest!.heard('REQ')[0] as [string, string, FilterJson];
  t.equal(filter.limit, undefined, 'the limit was for the first answer');
  t.ok(filter.since! <= before - 120 + 1 && filter.since! > before - 130, `since ${filter.since} at ${before}`);
});

t.test('a stored answer that was cut off in the middle is asked for again as a whole', async (t) => {
  const [newest, older] = [note('newest', now()), note('older', now() - 5_000)];
  const scripted = await relay(t, {
    onRequest(visitor, id) {
      visitor.send('EVENT', id, newest);
      if (scripted.visitors.length === 1) {
        visitor.socket.close();
        return;
      }
      visitor.send('EVENT', id, older);
      visitor.send('EOSE', id);
    },
  });
  const events = collect(pool(t, [scripted.url]), [{ kinds: [1] }]);
  await eventually('both', () => events.length === 2);
  const [, , filter] = scripted.latest!.heard('REQ')[0] as [string, string, FilterJson];
  t.equal(filter.since, undefined, 'the newest came first and proves nothing about the older ones');
});

t.test('an event from a clock that is ahead does not hide what others are still to send', async (t) => {
  const ahead = note('ahead', now() + 600);
  const scripted = await relay(t, {
    onRequest(visitor, id) {
      visitor.send('EOSE', id);
      visitor.send('EVENT', id, ahead);
    },
  });
  const events = collect(pool(t, [scripted.url]), [{ kinds: [1] }]);
  await eventually('the event', () => events.length === 1);
  scripted.latest!.socket.terminate();
  await eventually('the second request', () => scripted.visitors.length === 2 && scripted.latest!.said.length > 0);
  const [, , filter] = scripted.latest!.heard('REQ')[0] as [string, string, FilterJson];
  t.ok(filter.since! <= now() - 119);
});

/** A relay that holds `stored` and answers at most `most` of them at a time, newest first. */
function paged(stored: VerifiedEvent[], most: number, hint: boolean): Script {
  return {
    onRequest(visitor, id, [filter]) {
      const wanted = stored.filter(({ created_at }) => created_at <= (filter?.until ?? Number.MAX_SAFE_INTEGER));
      const page = wanted.sort((left, right) => right.created_at - left.created_at).slice(0, most);
      for (const event of page) visitor.send('EVENT', id, event);
      if (hint) visitor.send('EOSE', id, wanted.length > most ? 'more' : 'finish');
      else visitor.send('EOSE', id);
    },
    onHttp: (_request, response) => response.end(JSON.stringify({ limitation: { max_limit: most } })),
  };
}

for (const hint of [true, false]) {
  t.test(
    `a relay that cuts its stored answer short ${hint ? 'and says so (NIP-67)' : 'without a word'} is asked for the rest`,
    async (t) => {
      const stored = Array.from({ length: 13 }, (_, index) =>
        note(`event ${index}`, now() - 1_000 - Math.floor(index / 3)),
      );
      const scripted = await relay(t, paged([...stored], 5, hint));
      const of = pool(t, [scripted.url]);
      await of.ready();
      let answers = 0;
      const events: VerifiedEvent[] = [];
      of.subscribe([{ kinds: [1] }], { onEvent: (event) => events.push(event), onEose: () => answers++ });
      await eventually('the end', () => answers === 1);
      t.same(events.map(({ id }) => id).sort(), stored.map(({ id }) => id).sort());
    },
  );
}
