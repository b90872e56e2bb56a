import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { WebSocket } from 'ws';
import { Sessions } from '../../../../node/api/access/sessions.ts';
import { LiveServer } from '../../../../node/api/live/live-server.ts';
import { realRandom } from '../../../../node/random.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';
import { call, type Json, LiveClient, refusedUpgrade, serve, TOKEN } from '../support.ts';

function input(t: Parameters<typeof temporaryFolder>[0]): string {
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\nsecond\n');
  return file;
}

const eventsOf = (message: Json): Json[] => (message.type === 'trace_events' ? message.events : []);
const has = (type: string) => (message: Json) => eventsOf(message).some((event) => event.type === type);
const isLast = has('RunDone');
const endOf = (message: Json) => eventsOf(message).at(-1);

function seqsOf(client: LiveClient): number[] {
  return client.messages.flatMap(eventsOf).map(({ seq }) => seq);
}

t.test('a run is followed live from its beginning, each event once and in order', async (t) => {
  let release: () => void = () => undefined;
  const hold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { api } = await serve(t, { hold, repeat: 50 });
  const { body } = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const client = new LiveClient(api.port);
  await client.send({ type: 'subscribe', run_id: body.run_id, from_seq: 0 });
  await client.until(has('EnvSelectFragments'));
  release();
  const last = await client.until(isLast);
  t.equal(last.run_id, body.run_id);
  const seqs = seqsOf(client);
  t.same(
    seqs,
    Array.from({ length: endOf(last).seq + 1 }, (_, index) => index),
  );
  client.socket.close();
});

t.test('fifty who come together all hear the same: each event once, in order, to the end', async (t) => {
  let release: () => void = () => undefined;
  const hold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { api } = await serve(t, { hold, repeat: 500 });
  const { body } = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const clients = Array.from({ length: 50 }, () => new LiveClient(api.port));
  const subscribe = { type: 'subscribe', run_id: body.run_id, from_seq: 0 };
  await Promise.all(clients.map((client) => client.send(subscribe)));
  await Promise.all(clients.slice(0, 25).map((client) => client.until(has('EnvSelectFragments'))));
  release();
  await Promise.all(clients.map((client) => client.until(({ type }) => type === 'ended')));
  for (const client of clients) {
    const { seq } = endOf(client.messages.findLast(isLast)!);
    t.same(seqsOf(client), [...new Array(seq + 1).keys()]);
    client.socket.close();
  }
});

t.test('a finished run is replayed from any sequence number', async (t) => {
  const { api } = await serve(t, { repeat: 20 });
  const { body } = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const client = new LiveClient(api.port);
  await client.send({ type: 'subscribe', run_id: body.run_id.slice(0, 14), from_seq: 5 });
  const last = await client.until(isLast);
  t.same(
    seqsOf(client),
    Array.from({ length: endOf(last).seq - 4 }, (_, index) => index + 5),
  );
  client.socket.close();
});

t.test('a run that was resumed is followed past its interruption, and its end is said', async (t) => {
  const { api, engine } = await serve(t, { hold: new Promise(() => undefined) });
  const { body } = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const early = new LiveClient(api.port);
  await early.send({ type: 'subscribe', run_id: body.run_id, from_seq: 0 });
  await early.until(has('RunInit'));
  await call(api.port, 'POST', `/api/runs/${body.run_id}/cancel`, {});
  const isEnded = (message: Json) => message.type === 'ended';
  t.match(await early.until(isEnded), { run_id: body.run_id });
  const reply = await call(api.port, 'POST', `/api/runs/${body.run_id.slice(0, 20)}/resume`, {});
  t.match(reply, { status: 202, body: { run_id: body.run_id } });
  const late = new LiveClient(api.port);
  await late.send({ type: 'subscribe', run_id: body.run_id, from_seq: 0 });
  await late.until(isEnded);
  const types = late.messages.flatMap(eventsOf).map(({ type }) => type);
  t.same(types.slice(-3), ['RunDone', 'RunResume', 'RunDone']);
  t.equal((await engine.runs.get(body.run_id))?.status, 'done');
  t.match(await call(api.port, 'POST', `/api/runs/${body.run_id}/resume`, {}), {
    status: 409,
    body: { error: { code: 'run-not-resumable' } },
  });
  for (const client of [early, late]) client.socket.close();
});

t.test('a page says its token in the first message; without it nothing is told', async (t) => {
  const { api } = await serve(t);
  const { body } = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const page = new LiveClient(api.port, { origin: `http://localhost:${api.port}` });
  await page.send({ type: 'auth', token: TOKEN });
  await page.until(({ type }) => type === 'authenticated');
  await page.send({ type: 'subscribe', run_id: body.run_id });
  await page.until(isLast);
  page.socket.close();
  for (const first of [{ type: 'subscribe', run_id: body.run_id }, { type: 'auth', token: 'wrong' }, 'nonsense']) {
    const stranger = new LiveClient(api.port, {});
    await stranger.send(first);
    t.equal((await stranger.closed).code, 1008);
    t.notOk(stranger.messages.some(({ type }) => type === 'trace_events'));
  }
});

t.test('upgrades from another host or origin, with a wrong token or to another path are refused', async (t) => {
  const { api } = await serve(t);
  const authorization = `Bearer ${TOKEN}`;
  t.equal(await refusedUpgrade(api.port, '/ws', { authorization, host: 'evil.example' }), 403);
  t.equal(await refusedUpgrade(api.port, '/ws', { authorization, origin: 'https://evil.example' }), 403);
  t.equal(await refusedUpgrade(api.port, '/ws', { authorization: 'Bearer wrong' }), 401);
  t.equal(await refusedUpgrade(api.port, '/other', { authorization }), 404);
  t.equal(await refusedUpgrade(api.port, '/ws', { authorization }), 101);
});

t.test('malformed messages and unknown runs are answered, and the connection lives on', async (t) => {
  const { api } = await serve(t);
  const client = new LiveClient(api.port);
  await client.send('nonsense');
  await client.until(({ error }) => error?.code === 'request-invalid');
  await client.send({ type: 'subscribe', run_id: 'ZZZ' });
  const unknown = await client.until(({ error }) => error?.code === 'run-unknown');
  t.equal(unknown.run_id, 'ZZZ');
  await client.send({ type: 'dance' });
  t.equal(client.socket.readyState, client.socket.OPEN);
  client.socket.close();
});

t.test('a message larger than a request can be ends the connection', async (t) => {
  const { api } = await serve(t);
  const client = new LiveClient(api.port);
  await client.send('x'.repeat(10_000));
  t.equal((await client.closed).code, 1009);
});

t.test('a client that does not read is told that it missed something, and the run goes on', async (t) => {
  let release: () => void = () => undefined;
  const hold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { api, engine } = await serve(t, { hold, repeat: 20_000 }, 65_536);
  const { body } = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const slow = new LiveClient(api.port);
  await slow.send({ type: 'subscribe', run_id: body.run_id });
  await slow.until(has('EnvSelectFragments'));
  slow.socket.pause();
  release();
  while ((await engine.runs.get(body.run_id))?.status === 'running') await new Promise(setImmediate);
  t.equal((await engine.runs.get(body.run_id))?.status, 'done');
  slow.socket.resume();
  const { next_seq } = await slow.until(({ type }) => type === 'resynchronised');
  const heard = seqsOf(slow);
  t.same(heard, [...heard.keys()], 'what was heard until then has no hole');
  t.ok(next_seq > heard.length);
  await slow.send({ type: 'subscribe', run_id: body.run_id, from_seq: heard.length });
  const last = await slow.until(isLast);
  await slow.until(({ type }) => type === 'ended');
  t.same(seqsOf(slow), [...new Array(endOf(last).seq + 1).keys()], 'and from there it gets all of the rest');
  slow.socket.close();
});

t.test('a client that answers no ping is dropped, one that does stays', async (t) => {
  const [clock, random, log] = [new VirtualClock(), realRandom(), () => undefined];
  const sessions = await Sessions.open({ token: TOKEN, clock, random, log });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const given = { engine: new FakeEngine(), token: TOKEN, instance: 'i', sessions, clock, port: () => port, log };
  const live = new LiveServer(given);
  t.teardown(async () => {
    live.close();
    server.close();
    await sessions.close();
  });
  server.on('upgrade', (request, socket, head) => live.handleUpgrade(request, socket, head));
  const connect = (autoPong: boolean) =>
    new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { authorization: `Bearer ${TOKEN}` }, autoPong });
  const [quiet, lively] = [connect(false), connect(true)];
  const closed = once(quiet, 'close');
  await Promise.all([once(quiet, 'message'), once(lively, 'message')]);
  const pinged = Promise.all([once(quiet, 'ping'), once(lively, 'ping')]);
  await clock.step();
  await pinged;
  // The pong is before this message on its way.
  lively.send('nonsense');
  await once(lively, 'message');
  await clock.step();
  t.equal((await closed)[0], 1006);
  t.equal(lively.readyState, WebSocket.OPEN);
});

t.test('a page hears which daemon it talks to, which runs go on, and which change', async (t) => {
  let release: () => void = () => undefined;
  const hold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { api } = await serve(t, { hold });
  const { body } = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [input(t)] });
  const client = new LiveClient(api.port);
  t.match(await client.until(({ type }) => type === 'hello'), { instance: 'this-one' });
  await client.send({ type: 'subscribe_runs' });
  const stands = (status: string) => (message: Json) => message.type === 'runs' && message.runs[0]?.status === status;
  t.match(await client.until(stands('running')), { runs: [{ id: body.run_id }] });
  release();
  t.match(await client.until(stands('done')), { runs: [{ id: body.run_id }] });
  client.socket.close();
});
