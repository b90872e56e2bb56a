// A provider that is killed and starts again: one answer per request, whatever the moment.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { LevelJobRecords } from '../../../node/swarm/level-job-records.ts';
import type { Provider } from '../../../node/swarm/provider.ts';
import { tagValue, type VerifiedEvent } from '../../../protocol/event.ts';
import { encodeJobBody, encodeJobRequest } from '../../../protocol/job.ts';
import { msat } from '../../../protocol/money.ts';
import { CuttingProxy } from '../../support/cutting-proxy.ts';
import { eventually, jobRequest, newKeys, quotingBackend, Swarm } from '../../support/swarm.ts';

const now = () => Math.floor(Date.now() / 1_000);

/** A swarm in which one provider, always the same, is started again and again over one folder of records. */
async function stage(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'pylon-restart-'));
  const swarm = await Swarm.start();
  const proxy = await CuttingProxy.start(swarm.relay.url);
  t.teardown(async () => {
    await swarm.close();
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  });
  const keys = newKeys();
  const customer = newKeys();
  const pool = swarm.pool();
  const answers: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [6940, 7000], '#p': [customer.publicKey] }], { onEvent: (event) => answers.push(event) });
  const runs: string[] = [];
  /** @param hangs the work never ends: it is killed in the middle */
  const start = async (hangs = false): Promise<{ provider: Provider; kill: () => Promise<void> }> => {
    const records = await LevelJobRecords.open(folder);
    const own = swarm.pool({ urls: [proxy.url] });
    const backend = quotingBackend(({ text }) => {
      runs.push(text);
      return hangs ? new Promise(() => undefined) : undefined;
    });
    const provider = await swarm.provider({ keys, pool: own, records, backend });
    const kill = async () => {
      await own.close();
      await records.close();
    };
    return { provider, kill };
  };
  const send = async (text: string) => {
    const body = encodeJobBody(jobRequest(text));
    const envelope = {
      provider: keys.publicKey,
      bidMsat: msat(1_000),
      relays: [],
      createdAt: now(),
      expiresAt: now() + 60,
    };
    const request = customer.sign(encodeJobRequest(customer.sealFor(keys.publicKey, body), envelope));
    await pool.publish(request);
    return request;
  };
  const answersTo = (request: VerifiedEvent) => answers.filter((answer) => tagValue(answer, 'e') === request.id);
  return { swarm, proxy, start, send, answers, answersTo, runs };
}

t.test('a job that was under way when its provider was killed is done after the restart', async (t) => {
  const { start, send, answersTo, runs } = await stage(t);
  const first = await start(true);
  const request = await send('unfinished');
  await eventually('the work', () => runs.length === 1);
  await first.kill();
  const second = await start();
  t.teardown(second.kill);
  await eventually('the answer', () => answersTo(request).length === 1);
  t.same(runs, ['unfinished', 'unfinished']);
  t.match(second.provider.stats, { done: 1 });
});

t.test('a job that was answered is not done again: the same signed event is sent', async (t) => {
  const { start, send, answersTo, answers, runs, swarm } = await stage(t);
  const first = await start();
  const request = await send('finished');
  await eventually('the answer', () => answersTo(request).length === 1);
  await first.kill();
  const before = swarm.relay.stats.duplicates;
  const second = await start();
  t.teardown(second.kill);
  await eventually('the request again', () => second.provider.stats.repeated === 1);
  await eventually('the answer again', () => swarm.relay.stats.duplicates > before);
  t.same([runs.length, answers.length], [1, 1]);
});

t.test('an answer that no relay took before the kill is sent after the restart', async (t) => {
  const { start, send, answersTo, runs, proxy } = await stage(t);
  const first = await start(true);
  const request = await send('cut off');
  await eventually('the work', () => runs.length === 1);
  proxy.down();
  await first.kill();
  const offline = start();
  await eventually('the work again', () => runs.length === 2);
  await new Promise((resolve) => setImmediate(resolve));
  t.same(answersTo(request), []);
  const second = await Promise.race([offline, Promise.resolve(undefined)]);
  t.equal(second, undefined, 'it cannot announce itself yet');
  proxy.up();
  await eventually('the answer', () => answersTo(request).length === 1);
  t.equal(runs.length, 2);
  t.teardown((await offline).kill);
});
