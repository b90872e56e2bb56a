// What it costs a run to be watched: fifty browsers that follow it live, against the same run with nobody there, in turns. The run is
// the embedded one on 10 MB, which needs every core it can have; a run that waits for models has time to spare.
import { request } from 'node:http';
import { PylonError } from '../protocol/errors.ts';
import { type RunRecord, runRecordSchema } from '../protocol/run.ts';
import { buildLog } from './build-log.ts';
import { Daemons } from './daemons.ts';
import { median, type Row, toRow } from './row.ts';

export const ids = ['watched-run-s', 'watched-run-ratio'];

const WATCHERS = 50;
/** Odd, so that the median is one of them. */
const ROUNDS = 15;
const INPUT_BYTES = 10_000_000;
const RATIO_MAX = 1.03;
/** Between two looks at whether the run is over; its own events say how long it took. */
const LOOK_MS = 100;

type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

function asker(port: number, token: string): Ask {
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, async (incoming) => {
        const parts: Buffer[] = [];
        for await (const part of incoming) parts.push(part as Buffer);
        resolve(JSON.parse(Buffer.concat(parts).toString('utf8')));
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

async function finished(ask: Ask, runId: string): Promise<RunRecord> {
  for (;;) {
    const record = runRecordSchema.parse(await ask('GET', `/api/runs/${runId}`));
    if (record.status === 'done') return record;
    if (record.status !== 'running')
      throw new PylonError('internal', { value: record.status, reason: 'a measured run must be whole' });
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Milliseconds of one run, by its own trace. @param watch what is done with it as soon as it has begun */
async function timed(ask: Ask, file: string, watch: (runId: string) => Promise<unknown>): Promise<number> {
  const started = (await ask('POST', '/api/runs', { query: 'Why does this build fail?', files: [file] })) as {
    run_id: string;
  };
  const [record] = await Promise.all([finished(ask, started.run_id), watch(started.run_id)]);
  return record.metrics.elapsed_ms;
}

export async function measure(): Promise<Row[]> {
  const daemons = new Daemons();
  try {
    const { port, token } = await daemons.daemon();
    const ask = asker(port, token);
    const file = buildLog(INPUT_BYTES);
    const { watch } = await daemons.watchers(WATCHERS, port, token);
    const alone = () => timed(ask, file, async () => undefined);
    const watched = () => timed(ask, file, watch);
    await alone();
    await watched();
    const [aloneMs, watchedMs]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      // Whoever comes second finds the machine as the first left it, so they take turns.
      if (round % 2 === 0) aloneMs.push(await alone());
      watchedMs.push(await watched());
      if (round % 2 === 1) aloneMs.push(await alone());
    }
    const [bare, seen] = [median(aloneMs), median(watchedMs)];
    // Of runs side by side: how fast the machine is drifts from minute to minute by more than what is measured here.
    const ratio = median(watchedMs.map((ms, round) => ms / aloneMs[round]!));
    return [
      toRow({ id: 'watched-run-s', value: seen / 1_000, unit: 's', direction: 'at-most', limit: bare / 1_000 }),
      toRow({ id: 'watched-run-ratio', value: ratio, unit: 'ratio', direction: 'at-most', goal: RATIO_MAX }),
    ];
  } finally {
    await daemons.close();
  }
}
