// No secret anywhere but in its own file: planted ones are looked for in everything that was printed, logged, traced, stored
// and exported, by runs that go well and by runs that go wrong.
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Level } from 'level';
import t, { type Test } from 'tap';
import { WalletConnection } from '../../protocol/wallet/uri.ts';
import { type Command, type CommandOptions, type Finished, pylon, recordOf, startPylon } from '../support/command.ts';
import { seededKeys } from '../support/keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MNEMONIC = 'leader monkey parrot ring guide accident before fence cannon height naive bean';
/** NIP-06's own test vector for these words. */
const IDENTITY_SECRET = '7f7ff03d123792d6ac594bfa67bf6d0c0ab55b6b1fdb6249303fe861f1ccba9a';
const GONE_SECRET = 'ab'.repeat(32);
/** Where a secret may be, relative to its home. */
const VAULTS = new Set(['identity.json', 'wallet.json', 'embedded.key', 'token']);

interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

/** All values of a LevelDB, as they were before compression. */
async function valuesOf(folder: string): Promise<Buffer> {
  const database = new Level<Buffer, Buffer>(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
  const parts: Buffer[] = [];
  for await (const [key, value] of database.iterator()) parts.push(key, value);
  await database.close();
  return Buffer.concat(parts);
}

const DATABASES = ['store', 'hub', 'jobs'];

/** Everything a home keeps, but its vaults. */
async function placesOf(home: string): Promise<Place[]> {
  const places: Place[] = [];
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(home, path);
    if (entry.isDirectory() && DATABASES.includes(name)) places.push({ name, bytes: await valuesOf(path) });
    if (!entry.isFile() || VAULTS.has(name) || DATABASES.some((folder) => name.startsWith(`${folder}/`))) continue;
    places.push({ name, bytes: readFileSync(path) });
  }
  return places;
}

/** A secret as it could be written down: hex, base64 and raw bytes for hex secrets, else the words themselves. */
function spellings(secret: string): Buffer[] {
  if (!/^[0-9a-f]{64}$/.test(secret)) return [Buffer.from(secret)];
  const raw = Buffer.from(secret, 'hex');
  return [
    Buffer.from(secret),
    Buffer.from(secret.toUpperCase()),
    raw,
    Buffer.from(raw.toString('base64').slice(0, -2)),
  ];
}

function look(t: Test, places: readonly Place[], secrets: Readonly<Record<string, string>>): void {
  for (const [what, secret] of Object.entries(secrets))
    for (const { name, bytes } of places)
      if (spellings(secret).some((spelling) => bytes.includes(spelling))) t.fail(`${what} stands in ${name}`);
  t.ok(places.length > 0, `${places.length} places were looked at`);
}

const secretOf = (uri: string) => /secret=([0-9a-f]{64})/.exec(uri)?.[1] ?? '';
/** Preimages as the hub keeps them. */
const PREIMAGE = /preimage.{0,4}?([0-9a-f]{64})/gs;

/** A relay, a bank, a seller and an asker, each a process with a home of its own, and all that they say. */
async function stage(t: Test) {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'in.log'), Array.from({ length: 900 }, (_, n) => `line ${n} of the log`).join('\n'));
  const said: Place[] = [];
  const home = (name: string, environment: Record<string, string> = {}): CommandOptions => ({
    home: join(folder, name),
    cwd: folder,
    environment,
  });
  const run = async (argv: readonly string[], options: CommandOptions): Promise<Finished> => {
    const finished = await pylon(t, argv, options);
    const name = argv.filter((word) => !word.startsWith('nostr')).join(' ');
    if (!argv.includes('--print')) said.push({ name, bytes: Buffer.from(`${finished.stdout}\n${finished.stderr}`) });
    return finished;
  };
  const end = async (name: string, command: Command) => {
    command.kill('SIGTERM');
    said.push({ name, bytes: Buffer.from(JSON.stringify(await command.ended)) });
  };
  const relay = startPylon(t, ['relay', '--port', '0'], home('relay'));
  const [url] = await relay.said('stdout', /^ws:\/\/127\.0\.0\.1:\d+$/m);
  const bank = startPylon(t, ['start', '--foreground', '--hub', '--relay', url, '--port', '0'], home('bank'));
  await bank.said('stderr', /serves http/);
  const connection = async (name: string, flags: readonly string[] = []) =>
    (await run(['wallet', 'connect', '--print', '--name', name, ...flags], home('bank'))).stdout.trim();
  const uris = {
    rich: await connection('rich', ['--fund', '500']),
    poor: await connection('poor'),
    seller: await connection('seller'),
  };
  return { folder, said, home, run, end, relay, bank, url, uris };
}

type Stage = Awaited<ReturnType<typeof stage>>;

/** Runs that are paid and runs that are not. @returns id of the paid one */
async function buyAndSell(t: Test, { home, run, end, url, uris }: Stage): Promise<string> {
  const earning = home('seller', { PYLON_NWC: uris.seller });
  t.equal((await run(['init', '--import'], { ...earning, stdin: MNEMONIC })).code, 0);
  const provider = startPylon(t, ['provider', '--relay', url, '--credit', '50'], earning);
  await provider.said('stderr', /Ctrl-C stops it/);
  const asker = home('asker');
  await run(['wallet', 'connect', '-'], { ...asker, stdin: uris.rich });
  const ask = ['rlm', 'Which line?', '--file', 'in.log', '--relay', url, '--json', '--chunk-size', '4096'];
  const paid = recordOf(await run(ask, asker));
  t.equal(paid.metrics.paid_msat, paid.metrics.cost_msat);
  await run(['wallet', 'connect', '-'], { ...asker, stdin: uris.poor });
  t.not((await run(ask, asker)).code, 0, 'an empty wallet buys nothing');
  await run(['wallet', 'invoice', '5', '--json'], asker);
  await run(['wallet', 'history', '--json'], asker);
  await end('pylon provider', provider);
  await run(['earnings', '--json'], earning);
  return paid.id;
}

/** What people mistype, what breaks, and every way to print what is known. */
async function fumble(t: Test, { folder, home, run, url, uris }: Stage, paidRun: string): Promise<void> {
  const asker = home('asker');
  for (const uri of [uris.rich.slice(0, -3), uris.rich.replace('relay=', 'rely='), `x${uris.rich}`]) {
    t.equal((await run(['wallet', 'connect', uri], asker)).code, 2);
    t.not((await run(['wallet', 'balance'], home('asker', { PYLON_NWC: uri }))).code, 0);
  }
  const service = seededKeys('gone')[0]!.publicKey;
  const gone = new WalletConnection({ service, relays: ['ws://127.0.0.1:9'], secret: GONE_SECRET });
  await run(['rlm', 'Why?', '--file', 'in.log', '--relay', url], home('asker', { PYLON_NWC: gone.reveal() }));
  const printing = [
    ['ledger', '--json'],
    ['ledger', 'verify'],
    ['config'],
    ['doctor', '--json'],
    ['rlm', 'history', '--json'],
    ['rlm', 'show', paidRun, '--json'],
    ['rlm', 'export', paidRun, '--to', join(folder, 'exported')],
    ['earnings', '--json'],
  ];
  for (const argv of printing) await run(argv, asker);
}

t.test('nothing that is printed, logged, traced, stored or exported holds a secret', async (t) => {
  const staged = await stage(t);
  const { folder, said, end, uris } = staged;
  const paidRun = await buyAndSell(t, staged);
  await fumble(t, staged, paidRun);
  await end('pylon start', staged.bank);
  await end('pylon relay', staged.relay);

  const places = [...said];
  for (const name of ['asker', 'seller', 'bank', 'exported'])
    for (const { name: file, bytes } of await placesOf(join(folder, name)))
      places.push({ name: `${name}/${file}`, bytes });
  const textOf = (path: string) => readFileSync(join(folder, path), 'utf8').trim();
  look(t, places, {
    'the mnemonic': MNEMONIC,
    'the identity': IDENTITY_SECRET,
    'a connection (rich)': secretOf(uris.rich),
    'a connection (poor)': secretOf(uris.poor),
    'a connection (seller)': secretOf(uris.seller),
    'a connection (gone)': GONE_SECRET,
    'the key of the embedded wallet': textOf('bank/embedded.key'),
    'a token': textOf('bank/token'),
  });

  const hub = places.find(({ name }) => name === 'bank/hub')!;
  const preimages = [
    ...new Set([...hub.bytes.toString('latin1').matchAll(PREIMAGE)].map(([, preimage = '']) => preimage)),
  ];
  const settled = textOf('exported/trace.jsonl');
  const known = preimages.filter((preimage) => settled.includes(preimage));
  const unsettled = preimages.filter((preimage) => !settled.includes(preimage));
  t.ok(known.length > 0 && unsettled.length > 0, 'the hub keeps preimages that nobody else may know yet');
  t.ok(
    places.filter(({ bytes }) => bytes.includes(known[0]!)).length > 1,
    'what may be known is found where it stands',
  );
  const outsideTheHub = places.filter((place) => place !== hub);
  look(t, outsideTheHub, Object.fromEntries(unsettled.map((preimage, n) => [`unsettled preimage ${n}`, preimage])));
});
