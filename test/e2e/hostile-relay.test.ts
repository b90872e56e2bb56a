// What strangers send, or fail to send: it is thrown away or refused, leaves its mark in the trace, and the run is
// answered on this machine.
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { homePaths } from '../../node/home.ts';
import type { EventTemplate, NostrEvent } from '../../protocol/event.ts';
import { encodeAnnouncement } from '../../protocol/handler.ts';
import { encodeJobResult } from '../../protocol/job.ts';
import { KIND_HANDLER } from '../../protocol/kinds.ts';
import { ZERO_MSAT } from '../../protocol/money.ts';
import { type CommandOptions, pylon, recordOf } from '../support/command.ts';
import { type Script, ScriptedRelay, type Visitor } from '../support/scripted-relay.ts';
import { ANNOUNCEMENT, newKeys } from '../support/swarm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

t.jobs = 3; // they wait more than they work

const QUESTION = 'Why did the pump fail?';
const TEXT = '12:00:01 belt started\n12:00:02 the pump failed: its valve leaks\n12:00:03 belt stopped\n';

/** A home, and a folder with one good file. */
async function stage(t: Test): Promise<CommandOptions & { cwd: string }> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'in.log'), TEXT);
  return { home: join(folder, 'home'), cwd: folder };
}

/** The run is answered all the same, on this machine, and says why. */
async function checkStandsIn(t: Test, options: CommandOptions, url: string, said: RegExp, reason = 'no-providers') {
  const argv = ['rlm', QUESTION, '--file', 'in.log', '--relay', url, '--json'];
  const finished = await pylon(t, argv, options);
  t.equal(finished.code, 0, finished.stderr);
  t.match(finished.stderr, said);
  t.notMatch(finished.stderr, /^\s+at |internal/m, 'no stack trace');
  const record = recordOf(finished);
  t.match(record, { status: 'done', metrics: { coverage: 1, chunks_local: 1, providers: 0 } });
  t.equal(record.span_refs[0]?.start_line, 2);
  const trace = await readFile(join(homePaths.runs(options.home), record.id, 'trace.jsonl'), 'utf8');
  t.match(trace, new RegExp(`"FallbackLocal".*"reason":"${reason}"`), 'the trace says why');
  return { record, trace };
}

t.test('without a network the run is answered on this machine and says so', async (t) => {
  const options = await stage(t);
  const sockets = new Set<Socket>();
  const mute = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as { port: number };
  const said = new RegExp(`the relay does not answer: ws://127.0.0.1:${port}.*the local backend stands in`);
  await checkStandsIn(t, options, `ws://127.0.0.1:${port}`, said);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => mute.close(resolve));
  await checkStandsIn(t, options, `ws://127.0.0.1:${port}`, said); // now nobody listens there at all
});

/** A relay on which one provider offers itself, and what it does with a job. */
async function offering(t: Test, answer: (visitor: Visitor, subscription: string, job: NostrEvent) => void) {
  const provider = newKeys();
  const relay = await ScriptedRelay.start({
    onRequest(visitor, id, filters) {
      const isSurvey = filters.some(({ kinds }) => kinds?.includes(KIND_HANDLER));
      if (isSurvey) visitor.send('EVENT', id, provider.sign(announcementOf(0)));
      visitor.send('EOSE', id);
    },
    onPublish(visitor, event) {
      visitor.send('OK', event.id, true, '');
      const listening = visitor.heard('REQ').find(([, , filter]) => JSON.stringify(filter).includes('6940'));
      if (event.kind === 5_940) answer(visitor, String(listening?.[1]), event);
    },
  });
  t.teardown(() => relay.close());
  return { provider, relay };
}

function announcementOf(aheadSeconds: number): EventTemplate {
  const nowSeconds = Math.floor(Date.now() / 1_000) + aheadSeconds;
  return encodeAnnouncement({ ...ANNOUNCEMENT, max_input_bytes: 655_360 }, nowSeconds);
}

/** A true announcement whose signature is another's. */
function forged(): NostrEvent {
  const [one, other] = [newKeys().sign(announcementOf(0)), newKeys().sign(announcementOf(0))];
  return { ...one, sig: other.sig };
}

t.test('what a hostile relay sends is thrown away, and the run is answered on this machine', { jobs: 2 }, async (t) => {
  const nobody = /no provider announces itself on the relays; the local backend stands in/;
  const survey = (event: () => NostrEvent) => ({
    onRequest(visitor: Visitor, id: string) {
      visitor.send('EVENT', id, event());
      visitor.send('EOSE', id);
    },
  });
  const garbage = ['', 'no JSON', '[]', '{}', 'null', '["EVENT"]', '["EVENT",7,{}]', '["EOSE"]', '["OK","x"]', '[[[['];
  const scripts: [what: string, script: Script, said: RegExp][] = [
    ['an announcement with a forged signature', survey(forged), nobody],
    ['an announcement of tomorrow', survey(() => newKeys().sign(announcementOf(86_400))), nobody],
    [
      'garbage',
      {
        onRequest(visitor, id) {
          for (const text of garbage) visitor.socket.send(text);
          visitor.socket.send(Buffer.from([0, 255, 1]));
          visitor.send('EOSE', id);
        },
      },
      nobody,
    ],
    [
      'a frame of 100 MB',
      { onRequest: (visitor) => visitor.announceFrame(100_000_000) },
      /the local backend stands in/,
    ],
  ];
  for (const [what, script, said] of scripts) {
    void t.test(what, async (t) => {
      const relay = await ScriptedRelay.start(script);
      t.teardown(() => relay.close());
      await checkStandsIn(t, await stage(t), relay.url, said);
    });
  }
});

t.test('a result for a job that is not ours, or by somebody who was not asked, answers nothing', async (t) => {
  const stranger = newKeys();
  const { provider, relay } = await offering(t, (visitor, subscription, job) => {
    const times = [Math.floor(Date.now() / 1_000), Math.floor(Date.now() / 1_000) + 60] as const;
    const others = { ...job, id: 'e'.repeat(64) };
    visitor.send('EVENT', subscription, provider.sign(encodeJobResult('sealed', others, ZERO_MSAT, ...times)));
    visitor.send('EVENT', subscription, stranger.sign(encodeJobResult('sealed', job, ZERO_MSAT, ...times)));
  });
  const { record, trace } = await checkStandsIn(t, await stage(t), relay.url, /^done:/m, 'job-timeout');
  t.match(record.metrics, { timeouts: 1, sub_queries: 2, cost_msat: 0 });
  t.match(trace, /"SubQueryTimeout".*"no-sign-of-life"/, 'the trace says so');
});

t.test('a result that is not what its seal says is refused, recorded and not paid', async (t) => {
  const { provider, relay } = await offering(t, (visitor, subscription, job) => {
    const times = [Math.floor(Date.now() / 1_000), Math.floor(Date.now() / 1_000) + 60] as const;
    visitor.send('EVENT', subscription, provider.sign(encodeJobResult('garbage', job, ZERO_MSAT, ...times)));
  });
  const { record, trace } = await checkStandsIn(t, await stage(t), relay.url, /^done:/m, 'job-failed');
  t.match(record.metrics, { refusals: 1, cost_msat: 0 });
  t.match(trace, /"SubQueryReturn".*"ok":false.*"seal-invalid"/, 'the trace says why');
});
