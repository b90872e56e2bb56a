import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import t from 'tap';
import { homePaths } from '../../../node/home.ts';
import { unknownVariables } from '../../../node/settings/config.ts';
import { readConnection, removeConnection, writeConnection } from '../../../node/wallet/connection.ts';
import { KeyPair } from '../../../protocol/keypair.ts';
import { WalletConnection } from '../../../protocol/wallet/uri.ts';
import { seededBytes } from '../../support/keys.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SERVICE = KeyPair.generate(seededBytes('service')).publicKey;
const connectionOf = (seed: string) =>
  new WalletConnection({
    service: SERVICE,
    relays: [`wss://${seed}.example`],
    secret: Buffer.from(seededBytes(seed)(32)).toString('hex'),
  });
const [stored, named] = [connectionOf('stored'), connectionOf('named')];

t.test('what is connected is found again, and only its owner can read it', async (t) => {
  const home = `${await temporaryFolder(t)}/new`;
  t.equal(await readConnection(home, {}), undefined, 'a home without a wallet');
  await writeConnection(home, stored);
  const found = await readConnection(home, {});
  t.equal(found?.connection.reveal(), stored.reveal());
  t.equal(found?.source, 'wallet.json');
  t.equal((await stat(homePaths.wallet(home))).mode & 0o777, 0o600);
});

t.test('PYLON_NWC comes first; empty it counts as unset', async (t) => {
  const home = await temporaryFolder(t);
  await writeConnection(home, stored);
  const found = await readConnection(home, { PYLON_NWC: ` ${named.reveal()}\n` });
  t.equal(found?.connection.reveal(), named.reveal());
  t.equal(found?.source, 'PYLON_NWC');
  for (const PYLON_NWC of ['', '  ', undefined])
    t.equal((await readConnection(home, { PYLON_NWC }))?.connection.reveal(), stored.reveal());
  t.same(unknownVariables({ PYLON_NWC: 'x' }), [], 'and nobody takes it for a misspelling');
});

t.test('another wallet takes the place of the first, and disconnecting forgets it', async (t) => {
  const home = await temporaryFolder(t);
  await writeConnection(home, stored);
  await writeConnection(home, named);
  t.equal((await readConnection(home, {}))?.connection.reveal(), named.reveal());
  t.equal(await removeConnection(home), true);
  t.equal(await removeConnection(home), false);
  t.equal(await readConnection(home, {}), undefined);
});

t.test('a damaged connection is refused by name of its place, and quoted nowhere', async (t) => {
  const home = await temporaryFolder(t);
  const secret = /secret=([0-9a-f]+)/.exec(stored.reveal())?.[1] ?? '';
  const half = stored.reveal().slice(0, -3);
  for (const text of [
    half,
    '',
    '{}',
    JSON.stringify({ v: 1, uri: half }),
    JSON.stringify({ v: 2, uri: stored.reveal() }),
  ]) {
    await writeFile(homePaths.wallet(home), text);
    const error = await readConnection(home, {}).catch((thrown: unknown) => thrown);
    t.match(error, { code: 'wallet-uri-invalid', message: /wallet\.json/ });
    t.notMatch(inspect(error, { depth: 9 }), secret.slice(5, 40));
  }
  const error = await readConnection(home, { PYLON_NWC: half }).catch((thrown: unknown) => thrown);
  t.match(error, { code: 'wallet-uri-invalid', message: /PYLON_NWC/ });
  t.notMatch(inspect(error, { depth: 9 }), secret.slice(5, 40));
});

t.test('what the file system refuses is told with its path', async (t) => {
  const home = await temporaryFolder(t);
  await mkdir(homePaths.wallet(home));
  await t.rejects(readConnection(home, {}), { code: 'home-unwritable' }, 'a folder in its place');
  await t.rejects(writeConnection(home, stored), { code: 'home-unwritable' });
  await t.rejects(removeConnection(home), { code: 'home-unwritable' });
});

t.test('the file holds one line of JSON and nothing else', async (t) => {
  const home = await temporaryFolder(t);
  await writeConnection(home, stored);
  const path = homePaths.wallet(home);
  t.same(JSON.parse(await readFile(path, 'utf8')), { v: 1, uri: stored.reveal() });
  await chmod(path, 0o644);
  await writeConnection(home, stored);
  t.equal((await stat(path)).mode & 0o777, 0o600, 'also where its rights had been opened');
});
