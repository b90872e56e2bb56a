import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import type { Finding } from '../../../node/doctor/finding.ts';
import { runCli, temporaryFolder } from '../../support/cli.ts';
import { startHub } from '../../support/hub-fixture.ts';

async function listen(t: { teardown(work: () => void): void }, answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function examine(home: string, environment: Record<string, string> = {}) {
  const { code, stdout } = await runCli(['doctor', '--json'], {
    home,
    environment: { PYLON_PORT: '0', ...environment },
  });
  const findings: Finding[] = JSON.parse(stdout);
  const of = (what: string) => findings.filter((finding) => finding.what === what);
  return { code, of };
}

t.test('a fresh home on a good machine has nothing that fails', async (t) => {
  const { code, of } = await examine(join(temporaryFolder(t), 'home'));
  t.equal(code, 0);
  for (const what of ['node', 'home', 'clock', 'identity', 'daemon', 'store', 'relay', 'wallet'])
    t.match(of(what), [{ state: 'ok' }], what);
});

t.test('the wallet that is connected is asked; one that is damaged or gone is told without its secret', async (t) => {
  const connection = await (await startHub(t)).connect(21);
  const home = join(temporaryFolder(t), 'home');
  const there = await examine(home, { PYLON_NWC: connection.reveal() });
  t.match(there.of('wallet'), [{ state: 'ok', words: /^PYLON_NWC: .*play money.* on regtest, \d+ sats$/ }]);
  const gone = await examine(home, {
    PYLON_NWC: connection.reveal().replace(/relay=[^&]*/, 'relay=ws%3A%2F%2F127.0.0.1%3A9'),
  });
  t.match(gone.of('wallet'), [{ state: 'fail', words: /127\.0\.0\.1:9/ }]);
  const damaged = await examine(home, { PYLON_NWC: 'nostr+walletconnect://nobody' });
  t.match(damaged.of('wallet'), [{ state: 'fail', words: /PYLON_NWC/ }]);
});

t.test('what is broken is named with its next step, and the rest is still looked at', async (t) => {
  const home = temporaryFolder(t);
  writeFileSync(join(home, 'config.toml'), 'fanout = 0\n');
  writeFileSync(join(home, 'identity.json'), '{}');
  mkdirSync(join(home, 'store'));
  writeFileSync(join(home, 'store', 'CURRENT'), 'nonsense');
  const { code, of } = await examine(home, { PYLON_FANOT: '1' });
  t.equal(code, 1);
  t.match(of('config'), [
    { state: 'fail', words: /fanout/, next: /config set fanout/ },
    { state: 'warn', words: /PYLON_FANOT/ },
  ]);
  t.match(of('identity'), [{ state: 'fail', next: /backup/ }]);
  t.match(of('store'), [{ state: 'fail', next: /import the runs/ }]);
  t.match(of('node'), [{ state: 'ok' }]);
});

t.test('a relay that is gone fails, one with another clock is a warning', async (t) => {
  const good = await listen(t, (_request, response) => response.end('{}'));
  const late = await listen(t, (_request, response) => {
    response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString()).end('{}');
  });
  const relays = [`ws://127.0.0.1:${good}`, `ws://127.0.0.1:${late}`, 'ws://127.0.0.1:1'].join(',');
  const { code, of } = await examine(temporaryFolder(t), { PYLON_RELAYS: relays });
  t.equal(code, 1);
  t.match(of('relay'), [
    { state: 'ok', words: /HTTP 200/ },
    { state: 'warn', words: /36\d\d s apart/, next: /clock/ },
    { state: 'fail', words: /does not answer/ },
  ]);
});

t.test('a model endpoint that is named is asked for its models', async (t) => {
  const port = await listen(t, (_request, response) => response.end(JSON.stringify({ data: [{ id: 'tiny' }] })));
  const { of } = await examine(temporaryFolder(t), { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` });
  t.match(of('model')[0], { state: 'ok', words: /^tiny at / });
  const silent = await examine(temporaryFolder(t), { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' });
  t.match(silent.of('model')[0], { state: 'warn', next: /OPENAI_BASE_URL/ });
});
