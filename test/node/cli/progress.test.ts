import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Notices } from '../../../node/cli/notices.ts';
import { Progress, renderProgress } from '../../../node/cli/progress.ts';
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import { fold } from '../../../protocol/fold.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { printBytes, printDuration, printSats, printShare } from '../../../protocol/words.ts';
import { MemoryTerminal, temporaryFolder } from '../../support/cli.ts';
import { FakeEngine } from '../../support/fake-engine.ts';

async function trace(t: Parameters<typeof temporaryFolder>[0], repeat: number): Promise<TraceEvent[]> {
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\n');
  const engine = new FakeEngine({ repeat });
  const request = {
    query: 'Why?',
    files: [file],
    displayNames: { [file]: '\x1b[31ma.log' },
    options: runOptionsSchema.parse({}),
  };
  const { runId, finished } = await engine.start(request, new AbortController().signal);
  await finished;
  const events: TraceEvent[] = [];
  for await (const event of engine.runs.events(runId, 0)) events.push(event);
  return events;
}

/** Timers that fire when the test says so. */
class ManualClock {
  nowMs = 1_000;
  readonly pending: { delayMs: number; callback: () => void }[] = [];
  now = () => this.nowMs;
  after = (delayMs: number, callback: () => void) => {
    const timer = { delayMs, callback };
    this.pending.push(timer);
    return () => void this.pending.splice(this.pending.indexOf(timer), 1);
  };
  fire() {
    for (const { callback } of this.pending.splice(0)) callback();
  }
}

t.test('the block shows chunks, flight, p50, budget and providers of the fold', async (t) => {
  const events = await trace(t, 0);
  const state = fold(events.slice(0, -1));
  const lines = renderProgress(state, state.created_ms + 3_200, 100);
  t.match(lines[0], /^a\.log {2}6 B {2}█{24} {2}1\/1 chunks$/, 'names of strangers are made safe');
  t.equal(lines[1], '0 in flight · p50 7 ms · 0.026/1,000 sats · 1 provider · 3.2 s');
  state.selected = undefined;
  state.chunks = [];
  state.inputs = [{ path: 'big.log', bytes: 1_600_000 }];
  t.match(
    renderProgress(state, state.created_ms, 100)[0],
    /0\/~100 chunks$/,
    'an estimate while the input is being cut',
  );
  for (const line of renderProgress(state, state.created_ms, 30)) t.ok(Array.from(line).length < 30);
});

t.test('on a terminal a thousand events are one redraw per tick, and the block goes away at the end', async (t) => {
  const events = await trace(t, 250);
  const stream = new MemoryTerminal(true);
  const clock = new ManualClock();
  const notices = new Notices(stream);
  const progress = new Progress({ stream, clock, environment: { NO_COLOR: '1' }, notices });
  for (const event of events.slice(0, -1)) progress.onEvent(event);
  t.same(
    clock.pending.map(({ delayMs }) => delayMs),
    [100],
  );
  clock.fire();
  t.equal(stream.text.match(/chunks\n/g)?.length, 1);
  notices.line('a word in between');
  t.match(stream.text, /\x1b\[2A\r\x1b\[0Ja word in between\n.*chunks\n/s, 'notices go above the block');
  progress.finish();
  progress.finish();
  t.match(stream.text, /\x1b\[2A\r\x1b\[0J$/);
  t.notMatch(stream.text, /\x1b\[2m/, 'NO_COLOR is respected');
  t.equal(clock.pending.length, 0);
});

t.test('on a pipe there are a few plain lines and no escape sequence', async (t) => {
  const events = await trace(t, 250);
  const stream = new MemoryTerminal(false);
  const clock = new ManualClock();
  const progress = new Progress({ stream, clock, environment: {}, notices: new Notices(stream) });
  for (const event of events.slice(0, -1)) progress.onEvent(event);
  clock.fire();
  progress.finish();
  t.equal(stream.text.trimEnd().split('\n').length, 2);
  t.notMatch(stream.text, /\x1b/);
});

t.test('numbers are printed as people read them', async (t) => {
  t.same([0, 999, 1_000, 1_310_000, 99_600_000, 1e10].map(printBytes), [
    '0 B',
    '999 B',
    '1.0 kB',
    '1.3 MB',
    '100 MB',
    '10.0 GB',
  ]);
  t.same([0, 999, 1_000, 59_949, 125_000].map(printDuration), ['0 ms', '999 ms', '1.0 s', '59.9 s', '2 min 05 s']);
  t.same([0, 13, 26_500, 1_204_500, 1e9].map(printSats), ['0', '0.013', '26.5', '1,205', '1,000,000']);
  t.same([0, 0.5, 0.9996, 1].map(printShare), ['0 %', '50 %', '99.9 %', '100 %']);
});
