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
import { type CommandOptions, pylon, recordOf } from './command.ts';
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
