// Verification tiers through the real command: what cannot be meant or had is refused before anything is spent, and a validator on a
// relay judges, signs, and is paid.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { isSigned } from '../../protocol/attestation-signature.ts';
import { earningsReportSchema, ledgerReportSchema } from '../../protocol/money-report.ts';
import { printNpub } from '../../protocol/public-key.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { type CommandOptions, type Finished, pylon, startPylon } from '../support/command.ts';
import { json, marketplace } from '../support/money-home.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = 'Why did the pump fail?';
const TEXT = '12:00:01 belt started\n12:00:02 the pump failed: its valve leaks\n12:00:03 belt stopped\n';
const NOBODY = printNpub('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');

async function stage(t: Test) {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'in.log'), TEXT);
  const options: CommandOptions = { home: join(folder, 'home'), cwd: folder };
  const ask = (...flags: string[]) => pylon(t, ['rlm', QUESTION, '--file', 'in.log', ...flags], options);
  return { folder, options, ask };
}

function checkRefused(t: Test, { code, stdout, stderr }: Finished, exit: number, words: RegExp): void {
  const [line = '', ...more] = stderr.split('\n').filter((text) => text.startsWith('pylon:'));
  t.same(more, [], 'one line');
  t.match(line, words);
  t.equal(code, exit, line);
  t.equal(stdout, '', 'stdout is for answers');
}

t.test('a tier that cannot be meant is refused with what to write instead', async (t) => {
  const { folder, ask } = await stage(t);
  await writeFile(join(folder, 'broken.json'), '{"type": ');
  await writeFile(join(folder, 'other.json'), '{"name": "pylon", "version": "1.0.0"}');
  const cases: [tier: string, words: RegExp][] = [
    [
      'redundancy:5of3',
      /verification-invalid: --verify: 5 of 3 cannot agree.* \("redundancy:5of3"\): use redundancy:3of5/,
    ],
    ['redundancy', /n-of-m.*write it as redundancy:2of3/],
    ['validated:', /does not name the key of a validator.*validated:<npub>/],
    ['validated:npub1nobody', /not a public key/],
    ['strict', /verification-invalid: --verify: .* unknown \("strict"\)/],
    ['objective:nowhere.json', /schema-invalid: the schema file does not exist \("nowhere.json"\)/],
    ['objective:broken.json', /schema-invalid: the schema is not JSON.*\("broken.json"\)/],
    ['objective:other.json', /schema-invalid: .*unknown keyword: "name".*\("other.json"\)/],
    ['objective:in.log', /schema-invalid: the schema is not JSON/],
  ];
  for (const [tier, words] of cases) checkRefused(t, await ask('--verify', tier), 2, words);
});

t.test('a tier that nobody can give, or the budget does not buy, is refused before anything is spent', async (t) => {
  const { options, ask } = await stage(t);
  const cases: [flags: string[], exit: number, words: RegExp][] = [
    [
      ['--verify', 'redundancy:2of3', '--providers', '1'],
      2,
      /verification-unavailable: .* 3 different operators, and one is/,
    ],
    [['--verify', 'redundancy:2of3', '--local-only'], 2, /with --local-only nobody else is asked/],
    [['--verify', `validated:${NOBODY}`], 2, /no validator of this key announces itself on the relays/],
    [['--verify', `validated:${NOBODY}`, '--local-only'], 2, /with --local-only nobody else is asked/],
    [
      ['--verify', 'redundancy:2of3', '--budget', '0'],
      3,
      /budget-too-small: the budget does not buy redundancy:2of3 of a/,
    ],
  ];
  for (const [flags, exit, words] of cases) checkRefused(t, await ask(...flags), exit, words);
  t.match(await json(t, ledgerReportSchema, ['ledger'], options), { entries: 0 }, 'no money moved');
  t.same(JSON.parse((await pylon(t, ['rlm', 'history', '--json'], options)).stdout), [], 'no run began');
});

t.test('a schema of the user decides on every answer, and stands in the record', async (t) => {
  const { folder, ask } = await stage(t);
  const schema = JSON.stringify({ properties: { findings: { minItems: 1 } } });
  await writeFile(join(folder, 'form.json'), schema);
  const good = await ask('--verify', 'objective:form.json', '--json');
  t.equal(good.code, 0, good.stderr);
  t.match(JSON.parse(good.stdout), {
    status: 'done',
    config: { verification: 'objective:form.json', verification_schema: schema },
  });
  await writeFile(join(folder, 'never.json'), 'false');
  const bad = await ask('--verify', 'objective:never.json', '--json');
  t.equal(bad.code, 4, 'verification');
  t.match(JSON.parse(bad.stdout), { status: 'failed', cost_sats: 0, metrics: { chunks_answered: 0 } });
});

t.test(
  'a validator on a relay confirms every answer under its name, and both it and the provider are paid',
  async (t) => {
    const { url, ask, paying, earning, home, connection, provider } = await marketplace(t, []);
    const judging = home('validator', { PYLON_NWC: await connection('validator', []) });
    const validator = startPylon(t, ['validator', '--relay', url, '--price', '5'], judging);
    const [, npub = ''] = await validator.said('stderr', /validator pylon \((npub1\w+)\) serves on/);
    const { code, stderr, record } = await ask(['--verify', `validated:${npub}`]);
    t.equal(code, 0, stderr);
    const { chunks, cost_msat, paid_msat } = record.metrics;
    t.match(record, { status: 'done', metrics: { coverage: 1, chunks_answered: chunks, chunks_local: 0 } });
    t.equal(paid_msat, cost_msat);
    const shown = await pylon(t, ['rlm', 'show', record.id, '--json'], paying);
    const { events } = JSON.parse(shown.stdout) as { events: TraceEvent[] };
    const words = events.filter((event) => event.type === 'VerifyValidated');
    t.equal(words.length, chunks);
    for (const { verdict, attestation } of words) {
      t.equal(verdict, 'confirmed');
      t.ok(attestation !== undefined && isSigned(attestation) && printNpub(attestation.validator) === npub);
    }
    const escrowed = await ask(['--verify', `validated:${npub}`, '--escrow']);
    t.equal(escrowed.code, 0, escrowed.stderr);
    t.match(escrowed.record, {
      status: 'done',
      metrics: { coverage: 1, chunks_local: 0, cost_msat, paid_msat, held_msat: 0 },
    });
    const earned = (options: CommandOptions) => json(t, earningsReportSchema, ['earnings'], options);
    for (const node of [validator, provider]) {
      node.kill('SIGINT');
      t.equal((await node.ended).code, 0);
    }
    const [judged, worked] = await Promise.all([earned(judging), earned(earning)]);
    const sum = ({ providers }: typeof judged) => providers.reduce((total, { earned_msat }) => total + earned_msat, 0);
    t.equal(sum(judged), 2 * chunks * 5);
    t.equal(sum(judged) + sum(worked), 2 * cost_msat);
    checkRefused(
      t,
      await pylon(t, ['rlm', QUESTION, '--file', 'in.log', '--relay', url, '--verify', `validated:${npub}`], paying),
      2,
      /no validator of this key/,
    );
  },
);
