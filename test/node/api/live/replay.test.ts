// What is stored of a run, page by page, and for many at once.
import fc from 'fast-check';
import t from 'tap';
import { replay, StoredPages } from '../../../../node/api/live/replay.ts';
import type { RunLibrary } from '../../../../node/engine/port.ts';
import type { RunRecord } from '../../../../protocol/run.ts';
import type { TraceEvent } from '../../../../protocol/trace.ts';
import { traceOf } from '../../../support/traces.ts';

const EVENTS = traceOf({ queries: 200 });
const ID = EVENTS[0]!.run_id;
const seqsIn = (message: Buffer): number[] => JSON.parse(String(message)).events.map(({ seq }: TraceEvent) => seq);

/** A store whose events come when they are let through; `stored` of them are there. */
function library({ stored = EVENTS.length, status = 'running', gate = Promise.resolve() } = {}) {
  const store = { stored, reads: 0, gate };
  const runs: Pick<RunLibrary, 'events' | 'get'> = {
    async *events(_id: string, fromSeq: number) {
      store.reads++;
      const there = EVENTS.slice(fromSeq, store.stored);
      await store.gate;
      yield* there;
    },
    get: async () => ({ status }) as RunRecord,
  };
  return { store, pages: new StoredPages(runs) };
}

t.test('who asks while a page is read is given the same one, who asks later what is stored by then', async (t) => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { store, pages } = library({ stored: 10, gate });
  const taken: Buffer[] = [];
  const { signal } = new AbortController();
  const send = async (message: Buffer) => void taken.push(message);
  const clients = Array.from({ length: 50 }, () => replay({ pages, runId: ID, fromSeq: 0, signal, send }));
  store.stored = 20;
  open();
  t.same(new Set(await Promise.all(clients)), new Set([10]));
  t.equal(store.reads, 1);
  t.equal(taken.length, 50);
  t.equal(new Set(taken).size, 1, 'it was written once');
  t.equal(await replay({ pages, runId: ID, fromSeq: 0, signal, send }), 20);
  t.same(seqsIn(taken.at(-1)!), [...new Array(20).keys()]);
});

t.test('a long run is read twice, its first page and the rest', async (t) => {
  const { store, pages } = library({ status: 'done' });
  let messages = 0;
  const send = async () => void messages++;
  const { signal } = new AbortController();
  t.equal(await replay({ pages, runId: ID, fromSeq: 0, signal, send }), undefined);
  t.equal(messages, Math.ceil(EVENTS.length / 256));
  t.equal(store.reads, 3, 'and at its end it was looked again');
});

t.test('each event is sent once and in order, however many are stored and wherever one begins', async (t) => {
  const size = fc.nat(EVENTS.length);
  const property = fc.asyncProperty(size, size, fc.array(size, { maxLength: 8 }), async (stored, from, later) => {
    const { store, pages } = library({ stored, status: 'done' });
    const seqs: number[] = [];
    const send = async (message: Buffer) => {
      seqs.push(...seqsIn(message));
      store.stored = Math.max(store.stored, later.shift() ?? 0);
    };
    const { signal } = new AbortController();
    const next = await replay({ pages, runId: ID, fromSeq: from, signal, send });
    const wholly = seqs.at(-1) === EVENTS.length - 1 || (from === EVENTS.length && stored === EVENTS.length);
    return seqs.every((seq, at) => seq === from + at) && next === (wholly ? undefined : from + seqs.length);
  });
  await t.resolves(fc.assert(property, { numRuns: 200 }));
});

t.test('behind its end a run that goes on is followed, and one that is left is read no further', async (t) => {
  const { store, pages } = library({ status: 'running' });
  const controller = new AbortController();
  const send = async () => undefined;
  const asked = { pages, runId: ID, fromSeq: 0, signal: controller.signal };
  t.equal(await replay({ ...asked, send }), EVENTS.length, 'it was resumed, and nothing of that is stored yet');
  store.reads = 0;
  t.equal(await replay({ ...asked, send: async () => controller.abort() }), undefined);
  t.equal(store.reads, 1);
});

t.test('a page that cannot be read is tried again by the next who asks', async (t) => {
  const { pages, store } = library();
  store.gate = Promise.reject(new TypeError('the disk is gone'));
  await t.rejects(pages.from(ID, 0).next(), { message: 'the disk is gone' });
  store.gate = Promise.resolve();
  t.match(await pages.from(ID, 0).next(), { value: { nextSeq: 256 } });
});
