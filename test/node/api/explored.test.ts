import t from 'tap';
import { exploredOf } from '../../../node/api/explored.ts';
import { exploredQuerySchema } from '../../../protocol/dse/explored.ts';
import type { PredictReceipt } from '../../../protocol/receipt.ts';
import type { RecordingJournal } from '../../support/recording-journal.ts';
import { scriptedController } from '../../support/scripted-controller.ts';
import { playStrategy } from '../../support/strategy-stage.ts';

const TEXT = Array.from({ length: 60 }, (_, line) =>
  line === 40 ? 'ERROR disk sda1 is full' : `INFO line ${line}`,
).join('\n');
const SEARCH = { action: 'Search', text: 'ERROR', into: 'found' };
const BELOW = { action: 'SubLm', question: 'Which disk?', over: 'found', explore: true, into: 'below' };
const FINAL = { action: 'Final', answer: 'sda1 is full', evidence: ['found[1]'] };

function sources(journal: RecordingJournal, receipt: PredictReceipt) {
  return {
    receipt,
    events: (async function* () {
      yield* journal.events;
    })(),
    payload: async (hash: string) => {
      const text = journal.blobs.get(hash);
      return text === undefined ? undefined : Buffer.from(text);
    },
  };
}

const played = (model = scriptedController([SEARCH, BELOW, 'no action at all', FINAL], [SEARCH, FINAL])) =>
  playStrategy({ strategyId: 'rlm_lite.v1', texts: { 'a.log': TEXT }, query: 'Which disk is full?', model });

t.test(
  'each step of an exploration, deeper ones among them, has its action, observation, spans and budget',
  async (t) => {
    const { journal, receipt } = await played();
    const view = await exploredOf(sources(journal, receipt), exploredQuerySchema.parse({}));
    t.same(
      view.steps.map(({ at, depth, action }) => [at, depth, action]),
      [
        [0, 0, 'Search'],
        [1, 0, 'SubLm'],
        [2, 1, 'Search'],
        [3, 1, 'Final'],
        [4, 0, 'none'],
        [5, 0, 'Final'],
      ],
    );
    t.match(view, { query: 'Which disk is full?', controller: 'scripted', total: 6, next_from: null });
    const [search, below] = view.steps;
    t.match(search, { written: JSON.stringify(SEARCH), spans: [{ path: 'a.log', start_line: 41 }], newEvidence: true });
    t.ok((search?.observationChars ?? 0) > 0);
    t.ok(search?.effects.some(({ kind, bytes }) => kind === 'search' && bytes > 0));
    t.ok((below?.used?.rlmIterations ?? 0) > (search?.used?.rlmIterations ?? 0), 'the deeper steps are charged to it');
    t.equal(view.steps[4]?.error?.code, 'action-invalid');
    const events = journal.of('RlmIteration');
    t.same(
      view.steps.map(({ latencyMs }) => latencyMs).filter((ms) => ms === null),
      [],
      `${events.length} events fit`,
    );
    const [cited] = view.final?.evidence ?? [];
    t.match(cited, { path: 'a.log', start_line: 41, quote: 'ERROR disk sda1 is full', content_hash: /^[0-9a-f]{64}$/ });
    t.equal(view.final?.answer, 'sda1 is full');
  },
);

t.test('a long exploration comes page by page, and what was written is cut', async (t) => {
  const long = { ...SEARCH, thought: 'x'.repeat(9_000) };
  const { journal, receipt } = await played(scriptedController([long, SEARCH, FINAL]));
  const page = async (from: number) =>
    exploredOf(sources(journal, receipt), exploredQuerySchema.parse({ from, limit: 2 }));
  const [first, second] = [await page(0), await page(2)];
  t.same([first.steps.length, first.next_from, second.steps.length, second.next_from], [2, 2, 1, null]);
  t.equal(first.steps[0]?.written?.length, 4_096);
  t.ok((first.steps[0]?.writtenLeft ?? 0) > 4_000);
});

t.test('without the events of its run the trace alone is shown, without the trace nothing is made up', async (t) => {
  const { journal, receipt } = await played();
  const all = sources(journal, receipt);
  const silent = { ...all, events: (async function* () {})() };
  const view = await exploredOf(silent, exploredQuerySchema.parse({}));
  t.match(view.steps[0], { action: 'Search', observationChars: null, latencyMs: null });
  const gone = { ...sources(journal, receipt), payload: async () => undefined };
  await t.rejects(exploredOf(gone, exploredQuerySchema.parse({})), { code: 'payload-unknown' });
  const torn = { ...sources(journal, receipt), payload: async () => Buffer.from('{"format":1}') };
  await t.rejects(exploredOf(torn, exploredQuerySchema.parse({})), { code: 'rlm-trace-invalid' });
  const direct = { ...sources(journal, { ...receipt, receiptId: 'other', rlmTrace: null }) };
  await t.rejects(exploredOf(direct, exploredQuerySchema.parse({})), { code: 'payload-unknown' });
});
