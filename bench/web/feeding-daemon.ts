// The real daemon in a process of its own, with its real store, that also writes synthetic runs into its journal: what a page is shown
// went the whole way from there. Its port and token are the first line of its output; then it does what it is told by lines of its input.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { realClock } from '../../node/clock.ts';
import { serveDaemon } from '../../node/daemon/serve.ts';
import { openEngine } from '../../node/engine/engine.ts';
import { openLedger } from '../../node/engine/ledger-parts.ts';
import type { EngineOptions } from '../../node/engine/port.ts';
import { openIdentity } from '../../node/identity.ts';
import { realRandom } from '../../node/random.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { runIdOf } from '../../test/support/traces.ts';
import { SyntheticRun } from './synthetic-run.ts';

const [, , home = '', seed = '1'] = process.argv;
const clock = realClock();
const random = realRandom();
const TICK_MS = 10;
/** Written at once while nobody watches. */
const BATCH = 500;

const options: EngineOptions = {
  home,
  store: 'disk',
  identity: async () => (await openIdentity(home, random)).keyPair,
  clock,
  random,
  environment: {},
  notice: () => undefined,
};
const ledger = await openLedger(options);
const say = (told: unknown) => process.stdout.write(`${JSON.stringify(told)}\n`);

/** A finished run of so many queries, 200 of them at a time. */
async function fill(queries: number): Promise<void> {
  const runId = runIdOf(2);
  const run = new SyntheticRun(runId, seededRandom(Number(seed)));
  let nowMs = clock.now() - queries * 2;
  await ledger.journal.commit(run.begin(queries, nowMs));
  for (let asked = 0; asked < queries; ) {
    const batch = [];
    for (; batch.length < BATCH && asked < queries; asked++) {
      nowMs += 1.7;
      batch.push(...run.submit(nowMs));
      if (run.open > 200) batch.push(...run.end(nowMs));
    }
    await ledger.journal.commit(batch);
  }
  const rest = [];
  for (; run.open > 0; nowMs += 1.7) rest.push(...run.end(nowMs));
  await ledger.journal.commit([...rest, ...run.finish(nowMs)]);
  say({ filled: runId });
}

/** A run with so many queries open at once, that goes on at so many events a second until it is told to stop. */
async function live(open: number, perSecond: number, stop: AbortSignal): Promise<void> {
  const runId = runIdOf(1);
  const run = new SyntheticRun(runId, seededRandom(Number(seed)));
  await ledger.journal.commit(run.begin(open * 3, clock.now()));
  while (run.open < open) {
    const batch = [];
    while (batch.length < BATCH && run.open < open) batch.push(...run.submit(clock.now()));
    await ledger.journal.commit(batch);
  }
  say({ live: runId });
  const beganMs = performance.now();
  let events = 0;
  while (!stop.aborted) {
    const due = ((performance.now() - beganMs) / 1_000) * perSecond;
    const batch = [];
    while (events + batch.length < due) batch.push(...run.end(clock.now()), ...run.submit(clock.now()));
    events += batch.length;
    const last = batch.at(-1);
    if (last !== undefined) {
      say({ seq: last.seq, at: Date.now(), events: batch.length });
      await ledger.journal.commit(batch);
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await ledger.journal.commit(run.finish(clock.now()));
  say({ ended: runId });
}

const until = new AbortController();
let stop = new AbortController();
const serving = serveDaemon({
  home,
  port: 0,
  clock,
  random,
  openEngine: () => openEngine(options, ledger),
  engineOptions: options,
  resumesDead: false,
  log: () => undefined,
  onReady: ({ port }) => {
    void readFile(join(home, 'token'), 'utf8').then((token) => say({ port, token: token.trim() }));
  },
  signal: until.signal,
});
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [what, first, second] = line.split(' ');
  if (what === 'fill') void fill(Number(first));
  if (what === 'live') void live(Number(first), Number(second), stop.signal);
  if (what === 'stop') {
    stop.abort();
    stop = new AbortController();
  }
});
lines.on('close', () => until.abort());
await serving;
