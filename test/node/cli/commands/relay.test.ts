import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type RelayCommandOptions, relayCommand } from '../../../../node/cli/commands/relay.ts';
import type { KeyPair } from '../../../../protocol/keypair.ts';
import { seededKeys } from '../../../support/keys.ts';
import { RelayClient } from '../../../support/relay-client.ts';

const [alice] = seededKeys('relay command') as [KeyPair];

/** Runs the command until `stop`; `url` is the first line of its stdout. */
async function run(options: Partial<RelayCommandOptions> = {}) {
  const abort = new AbortController();
  const written: string[] = [];
  const notes: string[] = [];
  let ended: Promise<void> = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    const write = (text: string) => {
      written.push(text);
      resolve(text.trim());
    };
    const io = { stdout: { write }, stderr: { write: (text: string) => notes.push(text) }, signal: abort.signal };
    ended = relayCommand({ host: '127.0.0.1', port: 0, ...options }, io);
    ended.catch(reject);
  });
  const stop = async () => {
    abort.abort();
    await ended;
  };
  return { url, written, notes, stop };
}

async function publish(t: Test, url: string, content: string) {
  const client = await RelayClient.connect(url);
  t.teardown(() => client.close());
  return client.publish(alice.sign({ kind: 1, created_at: 1_700_000_000, tags: [], content }));
}

t.test('stdout is the URL and nothing else, and the signal ends the relay', async (t) => {
  const { url, written, notes, stop } = await run();
  t.match(url, /^ws:\/\/127\.0\.0\.1:\d+$/);
  t.equal((await publish(t, url, 'hello')).accepted, true);
  await stop();
  t.same(written, [`${url}\n`]);
  t.match(notes.join(''), /in memory/);
  await t.rejects(RelayClient.connect(url));
});

t.test('with a folder the events are there after a restart; the folder belongs to one relay at a time', async (t) => {
  const store = await mkdtemp(join(tmpdir(), 'pylon-relay-command-'));
  t.teardown(() => rm(store, { recursive: true, force: true }));
  const first = await run({ store });
  await publish(t, first.url, 'kept');
  await t.rejects(run({ store }), { code: 'store-locked', value: store });
  await first.stop();
  const second = await run({ store });
  const client = await RelayClient.connect(second.url);
  t.same(
    (await client.query({ authors: [alice.publicKey] })).map(({ content }) => content),
    ['kept'],
  );
  await client.close();
  await second.stop();
});

t.test('work is asked for when told, and a taken port is an error', async (t) => {
  const { url, stop } = await run({ minPow: 60 });
  t.match(await publish(t, url, 'no work'), { accepted: false, text: /^pow: / });
  await t.rejects(run({ port: Number(new URL(url).port) }), { code: 'port-in-use' });
  await stop();
});
