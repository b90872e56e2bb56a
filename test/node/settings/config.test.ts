import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { CONFIG_KEYS, type ConfigKey, loadConfig, variableOf } from '../../../node/settings/config.ts';
import { setInConfigText } from '../../../node/settings/config-edit.ts';
import { providerOptionsSchema, runOptionsSchema } from '../../../node/settings/run-options.ts';
import { runCli, temporaryFolder } from '../../support/cli.ts';

function homeWith(t: Parameters<typeof temporaryFolder>[0], text: string): string {
  const home = temporaryFolder(t);
  writeFileSync(join(home, 'config.toml'), text);
  return home;
}

t.test('a variable beats config.toml beats the default, and each value says where it is from', async (t) => {
  const home = homeWith(t, 'fanout = 3\nmodel = "m"\n[provider]\nname = "tin"\n');
  const config = await loadConfig(home, {
    PYLON_FANOUT: '4',
    PYLON_RELAYS: 'ws://a, wss://b',
    PYLON_LOCAL_ONLY: 'yes',
  });
  t.match(config.get('fanout'), { value: 4, source: 'PYLON_FANOUT' });
  t.match(config.get('relays'), { value: ['ws://a', 'wss://b'], source: 'PYLON_RELAYS' });
  t.match(config.get('local_only'), { value: true });
  t.match(config.get('model'), { value: 'm', source: 'config.toml' });
  t.match(config.get('provider.name'), { value: 'tin', source: 'config.toml' });
  t.match(config.get('timeout_s'), { value: 60, source: 'default' });
});

t.test('the defaults that `pylon config` shows are those a run and a provider get', async (t) => {
  const config = await loadConfig(temporaryFolder(t), {});
  const run: Record<string, unknown> = runOptionsSchema.parse({});
  const provider: Record<string, unknown> = providerOptionsSchema.parse({});
  for (const [key, field] of Object.entries(CONFIG_KEYS)) {
    if (key === 'port' || /^(wallet|hub|hud|resume|sync)\./.test(key)) continue; // of the process, not of a run or a provider
    const expected = key.startsWith('provider.') ? provider[field] : run[field];
    t.same(config.get(key as ConfigKey)?.value, expected, key);
  }
});

t.test('a bad file or value names the key, the value and the fix', async (t) => {
  const cases: [string, RegExp][] = [
    ['fanout = 0\n', /fanout in .*config\.toml must be a whole number from 1 to 1,000 \("0"\): fix it there/],
    ['fanout = "many"\n', /fanout in .* must be a whole number .* \("many"\)/],
    ['relays = ["ws://a", "http://b"]\n', /relays in .*: the relay address is not a ws.* \("http:\/\/b"\)/],
    ['fanuot = 3\n', /has no key of this name \("fanuot"\): did you mean fanout\?/],
    ['[provider]\nnme = "x"\n', /\("provider\.nme"\): did you mean provider\.name\?/],
    ['[other]\nx = 1\n', /\("other\.x"\)/],
    ['a = 1\nfanout = = 2\n', /invalid TOML at line 2, column \d+/],
  ];
  for (const [text, message] of cases) {
    await t.rejects(loadConfig(homeWith(t, text), {}), { message }, text);
  }
  const variable = loadConfig(temporaryFolder(t), { PYLON_QUORUM: 'most' });
  await t.rejects(variable, { code: 'quorum-invalid', message: /PYLON_QUORUM: .* \("most"\)/ });
});

t.test('every key can be set by a variable of its own', async (t) => {
  const names = new Set(Object.keys(CONFIG_KEYS).map((key) => variableOf(key as ConfigKey)));
  t.equal(names.size, Object.keys(CONFIG_KEYS).length);
  t.ok(names.has('PYLON_PROVIDER_PRICE_BASE_MSAT'));
});

t.test('setting a key leaves the comments and the other keys as they were', async (t) => {
  const text = '# mine\nfanout = 3 # few\n\n[provider]\n# my tin\nname = "tin"\n';
  t.equal(await setInConfigText(text, 'x', 'fanout', 5), '# mine\nfanout = 5\n\n[provider]\n# my tin\nname = "tin"\n');
  t.equal(
    await setInConfigText(text, 'x', 'quorum', 'all'),
    '# mine\nfanout = 3 # few\nquorum = "all"\n\n[provider]\n# my tin\nname = "tin"\n',
  );
  t.equal(await setInConfigText(text, 'x', 'provider.concurrency', 2), `${text}concurrency = 2\n`);
  t.equal(await setInConfigText('', 'x', 'provider.name', 'a "b"'), '[provider]\nname = "a \\"b\\""\n');
  t.match(
    await setInConfigText('relays = [\n  "ws://a",\n]\nfanout = 2\n', 'x', 'relays', ['ws://b']),
    /relays = \[ ?"ws:\/\/b" ?\]\nfanout = 2/,
  );
});

t.test('whatever keys are set in whatever order, the file says exactly them', async (t) => {
  const { parse } = await import('smol-toml');
  const keys = ['fanout', 'quorum', 'relays', 'provider.name', 'provider.concurrency'] as const;
  const steps = fc.array(fc.tuple(fc.constantFrom(...keys), fc.integer({ min: 1, max: 99 })), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, async (changes) => {
      let text = '';
      const expected = new Map<string, unknown>();
      for (const [key, value] of changes) {
        text = await setInConfigText(text, 'x', key, value);
        expected.set(key, value);
      }
      const { provider = {}, ...rest } = parse(text) as Record<string, Record<string, unknown>>;
      const flat = new Map<string, unknown>(Object.entries(rest));
      for (const [name, value] of Object.entries(provider)) flat.set(`provider.${name}`, value);
      return expected.size === flat.size && [...expected].every(([key, value]) => flat.get(key) === value);
    }),
    { numRuns: 50 },
  );
  t.pass('holds');
});

t.test('`pylon config set`, `get` and the list agree, and the file is private', async (t) => {
  const home = temporaryFolder(t);
  t.equal((await runCli(['config', 'set', 'fanout', '7'], { home })).code, 0);
  t.equal((await runCli(['config', 'get', 'fanout'], { home })).stdout, '7\n');
  t.match((await runCli(['config'], { home })).stdout, /^fanout +7 +config\.toml$/m);
  t.match(JSON.parse((await runCli(['config', '--json'], { home })).stdout), {
    fanout: { value: 7, source: 'config.toml' },
  });
  t.equal(statSync(join(home, 'config.toml')).mode & 0o777, 0o600);
  t.match(
    (await runCli(['config'], { home, environment: { PYLON_FANOT: '1' } })).stderr,
    /PYLON_FANOT is not a variable/,
  );
});

t.test('a broken config.toml is never overwritten', async (t) => {
  const home = homeWith(t, 'fanout = = 3\n');
  const { code, stderr } = await runCli(['config', 'set', 'fanout', '7'], { home });
  t.equal(code, 2);
  t.match(stderr, /config-unreadable: invalid TOML at line 1/);
  t.equal(readFileSync(join(home, 'config.toml'), 'utf8'), 'fanout = = 3\n');
});
