import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openToken } from '../../node/api/auth.ts';
import { createPrivateFile, homeOf, writePrivateFile } from '../../node/home.ts';
import { openIdentity, readIdentity } from '../../node/identity.ts';
import { realRandom } from '../../node/random.ts';
import { runCli, temporaryFolder } from '../support/cli.ts';

/** The test vector of NIP-06. */
const WORDS = 'leader monkey parrot ring guide accident before fence cannon height naive bean';
const PUBLIC_KEY = '17162c921dc4d2518f9a101db33695df1afb56ab82f5ff3e5da6eec3ca5cd917';
const NPUB = 'npub1zutzeysacnf9rru6zqwmxd54mud0k44tst6l70ja5mhv8jjumytsd2x7nu';
const random = realRandom();

t.test('the words of NIP-06 give the key of NIP-06', async (t) => {
  const home = temporaryFolder(t);
  const identity = await openIdentity(home, random, ` ${WORDS.toUpperCase().replaceAll(' ', '  ')}\n`);
  t.match(identity, { npub: NPUB, created: true, mnemonic: WORDS });
  t.equal(identity.keyPair.publicKey, PUBLIC_KEY);
  t.equal(statSync(join(home, 'identity.json')).mode & 0o777, 0o600);
  const again = await openIdentity(home, random);
  t.match(again, { npub: NPUB, created: false });
});

t.test('many that race for a fresh home end with one identity and one token', async (t) => {
  const home = temporaryFolder(t);
  const racing = await Promise.all(Array.from({ length: 8 }, () => openIdentity(home, random)));
  t.equal(new Set(racing.map(({ npub }) => npub)).size, 1);
  t.equal(racing.filter(({ created }) => created).length, 1);
  const tokens = await Promise.all(Array.from({ length: 8 }, () => openToken(home, random)));
  t.equal(new Set(tokens).size, 1);
  t.match(tokens[0], /^[0-9a-f]{64}$/);
  t.equal(statSync(join(home, 'token')).mode & 0o777, 0o600);
});

t.test('a damaged identity is told without quoting it, and never replaced', async (t) => {
  const home = temporaryFolder(t);
  const { mnemonic } = await openIdentity(home, random);
  const path = join(home, 'identity.json');
  const good = JSON.parse(readFileSync(path, 'utf8'));
  const damaged: [string, RegExp][] = [
    ['not json', /not JSON/],
    [JSON.stringify({ ...good, secret_key: 'zz' }), /damaged at "secret_key"/],
    [JSON.stringify({ ...good, secret_key: '0'.repeat(64) }), /not a valid one/],
    [JSON.stringify({ ...good, public_key: PUBLIC_KEY }), /not that of the secret key/],
  ];
  for (const [text, message] of damaged) {
    writeFileSync(path, text);
    await t.rejects(openIdentity(home, random), { code: 'identity-invalid', message });
    t.equal(readFileSync(path, 'utf8'), text);
  }
  const error = await openIdentity(home, random).catch((thrown: Error) => thrown);
  t.notMatch(String(error), mnemonic.split(' ')[0]);
});

t.test('init shows the npub, the words only when asked, and reads words from standard input', async (t) => {
  const home = temporaryFolder(t);
  const first = await runCli(['init', '--import'], { home, stdin: `${WORDS}\n` });
  t.equal(first.code, 0);
  t.equal(first.stdout, `${NPUB}\n`);
  t.notMatch(first.stderr, /leader monkey/);
  t.equal((await runCli(['init', '--show-mnemonic'], { home })).stdout, `${NPUB}\n${WORDS}\n`);
  const fresh = await runCli(['init', '--import'], { home: temporaryFolder(t), stdin: 'not words at all\n' });
  t.equal(fresh.code, 1);
  t.match(fresh.stderr, /identity-invalid: the words are not a BIP-39 mnemonic/);
  t.notMatch(fresh.stderr, /not words at all/);
  const none = await runCli(['init', '--import'], { home: temporaryFolder(t), stdin: '' });
  t.match(none.stderr, /no words came/);
});

t.test('another identity never replaces the one of a home', async (t) => {
  const home = temporaryFolder(t);
  const { npub } = await openIdentity(home, random);
  await t.rejects(openIdentity(home, random, WORDS), { code: 'identity-invalid', message: /already has another/ });
  t.equal((await readIdentity(home, random))?.npub, npub);
});

t.test('private files are whole or not there, and 0600', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  t.equal(await createPrivateFile(path, 'first'), true);
  t.equal(await createPrivateFile(path, 'second'), false);
  t.equal(readFileSync(path, 'utf8'), 'first');
  await writePrivateFile(path, 'third');
  t.equal(readFileSync(path, 'utf8'), 'third');
  t.equal(statSync(path).mode & 0o777, 0o600);
  await t.rejects(writePrivateFile(join(path, 'below'), 'x'), { code: 'home-unwritable' });
});

t.test('PYLON_HOME names the home, and ~/.openagents/pylon is the default', async (t) => {
  t.equal(homeOf({ PYLON_HOME: '/a/b' }), '/a/b');
  t.equal(homeOf({ PYLON_HOME: ' ', HOME: '/home/x' }), '/home/x/.openagents/pylon');
});
