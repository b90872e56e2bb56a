// A home whose money is looked at from all sides, through the real command, and a text that has to be cut.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import {
  type EarningsReport,
  earningsReportSchema,
  type LedgerReport,
  ledgerReportSchema,
  ledgerVerdictSchema,
  walletReportSchema,
} from '../../protocol/money-report.ts';
import { type RunRecord, runRecordSchema } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { type Command, type CommandOptions, pylon, recordOf, startPylon } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const QUESTION = 'Which zeppelin lost its marigold ballast?';
const LINES = Array.from({ length: 12_000 }, (_, index) =>
  index === 7_777
    ? 'zeppelin Amalia lost its marigold ballast'
    : `${index} signal box ${(index * 7_919) % 1_000} reports`,
);

export async function json<Answer>(
  t: Test,
  schema: { parse(value: unknown): Answer },
  argv: readonly string[],
  options: CommandOptions,
): Promise<Answer> {
  const { code, stdout, stderr } = await pylon(t, [...argv, '--json'], options);
  t.equal(code, 0, `${argv.join(' ')}: ${stderr}`);
  return schema.parse(JSON.parse(stdout));
}

/** What one home says of its money, from all sides. */
export async function booksOf(t: Test, options: CommandOptions) {
  return {
    ledger: await json<LedgerReport>(t, ledgerReportSchema, ['ledger'], options),
    earnings: await json<EarningsReport>(t, earningsReportSchema, ['earnings'], options),
    wallet: await json(t, walletReportSchema, ['wallet', 'balance'], options),
    verdict: await json(t, ledgerVerdictSchema, ['ledger', 'verify'], options),
  };
}

/** A home with a text of some 25 chunks of 16,000 bytes. */
export async function moneyHome(t: Test) {
  const folder = await temporaryFolder(t);
  const home = join(folder, 'home');
  await writeFile(join(folder, 'in.log'), LINES.join('\n'));
  const options = { home, cwd: folder };
  const ask = async (flags: readonly string[], file = 'in.log') => {
    const argv = ['rlm', QUESTION, '--file', file, '--json', '--chunk-size', '16000', ...flags];
    const finished = await pylon(t, argv, options);
    return { ...finished, record: recordOf(finished) };
  };
  const eventsOf = async ({ id }: RunRecord): Promise<TraceEvent[]> => {
    const { stdout } = await pylon(t, ['rlm', 'show', id, '--json'], options);
    const shown = JSON.parse(stdout) as { run: unknown; events: TraceEvent[] };
    runRecordSchema.parse(shown.run);
    return shown.events;
  };
  return { folder, options, ask, eventsOf };
}

/** What the hub gives a new home. */
export const GIFT_MSAT = 100_000_000;

/** A relay, a hub on it, a provider that is paid into that hub, and a home whose wallet is there too: four machines. */
export async function marketplace(t: Test, providerFlags: readonly string[]) {
  const { folder, ask } = await moneyHome(t);
  const home = (name: string, environment: Record<string, string> = {}) => ({
    home: join(folder, name),
    cwd: folder,
    environment,
  });
  const relay = startPylon(t, ['relay', '--port', '0'], home('relay'));
  const [url] = await relay.said('stdout', /^ws:\/\/127\.0\.0\.1:\d+$/m);
  const bank = startPylon(t, ['start', '--foreground', '--hub', '--relay', url, '--port', '0'], home('bank'));
  await bank.said('stderr', /serves http/);
  const connection = async (name: string, flags: readonly string[]) => {
    const argv = ['wallet', 'connect', '--print', '--name', name, ...flags];
    const { stdout, stderr } = await pylon(t, argv, home('bank'));
    t.match(stderr, /play money/);
    return stdout.trim();
  };
  const earning = home('provider', { PYLON_NWC: await connection('provider', []) });
  const provider: Command = startPylon(t, ['provider', '--relay', url, ...providerFlags], earning);
  await provider.said('stderr', /Ctrl-C stops it/);
  const paying = home('home');
  const stdin = await connection('asker', ['--fund', '5000', '--quota', '3000']);
  t.match(await pylon(t, ['wallet', 'connect', '-'], { ...paying, stdin }), { code: 0 });
  const asking = (flags: readonly string[] = []) => ask(['--relay', url, ...flags]);
  return { folder, url, ask: asking, paying, earning, provider, home, connection };
}
