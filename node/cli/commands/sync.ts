// `pylon rlm sync`: sends runs to another daemon, signed by this home's key and redacted. It is a command of its own and no part of a run:
// a run neither waits for it nor hears of it.
import type { ExportScope } from '../../../ledger/export/exporter.ts';
import { LEAVING_RULES, parseRules, printRules, type RedactionRules } from '../../../ledger/redact/rules.ts';
import { EXIT, PylonError, toPylonError } from '../../../protocol/errors.ts';
import { runsQuerySchema } from '../../../protocol/run-list.ts';
import type { Engine } from '../../engine/port.ts';
import { homeOf } from '../../home.ts';
import { openIdentity } from '../../identity.ts';
import { endpointOf, isLoopback, isSyncUrl } from '../../sync/address.ts';
import { Poster } from '../../sync/post.ts';
import { runLines } from '../../sync/run-lines.ts';
import { Sender, type Synced } from '../../sync/sender.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printableLine } from '../printable.ts';
import { scopeOf } from './export.ts';

/** What one run says is no reason not to send the others. */
const OF_ONE_RUN = new Set(['run-conflict', 'run-unknown', 'trace-invalid', 'request-invalid', 'sync-full']);
const RUNS_PER_PAGE = 1_000;

/** @throws PylonError `option-invalid` */
function targetOf({ to, insecure }: Flags, notices: Notices): string {
  const value = String(to);
  const invalid = (reason: string, next: string) => new PylonError('option-invalid', { value, reason, next });
  if (!isSyncUrl(value))
    throw invalid('--to is no http:// or https:// address', 'give the sync.url of the other daemon');
  const isPlain = new URL(value).protocol === 'http:' && !isLoopback(value);
  if (isPlain && insecure !== true)
    throw invalid(
      '--to is http:// to another machine: whoever is between the two could read the runs',
      'use https://, an SSH tunnel to 127.0.0.1, or --insecure',
    );
  if (isPlain) notices.line('--insecure: whoever is between the two machines can read what is sent');
  return endpointOf(value);
}

/** Our own runs, oldest first; those that another home sent are its to send. */
async function runsOf(engine: Engine, scope: ExportScope): Promise<string[]> {
  if ('run' in scope) return [scope.run];
  const ids: string[] = [];
  const asked = { experiment: scope.experiment, order: 'asc', limit: RUNS_PER_PAGE };
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await engine.runs.page(
      runsQuerySchema.parse({ ...asked, ...(cursor === undefined ? {} : { cursor }) }),
    );
    for (const { id, origin } of page.runs) if (origin === undefined) ids.push(id);
    cursor = page.next_cursor;
  }
  if (ids.length > 0) return ids;
  throw new PylonError('run-unknown', {
    value: scope.experiment,
    reason: 'no run of this home is filed under this experiment',
  });
}

interface Outcome {
  readonly run: string;
  readonly synced?: Synced;
  readonly error?: PylonError;
}

async function syncOne(engine: Engine, sender: SenderOf, run: string, rules: RedactionRules): Promise<Outcome> {
  try {
    const { pieces } = await engine.runs.file({ scope: { run }, format: 'jsonl', rules });
    return { run, synced: await Sender.send(sender, run, runLines(pieces, run)) };
  } catch (thrown) {
    const error = toPylonError(thrown);
    if (!OF_ONE_RUN.has(error.code)) throw error;
    return { run, error };
  }
}
type SenderOf = Parameters<typeof Sender.send>[0];

function tell({ stdout, stderr }: CliContext, { run, synced, error }: Outcome, asJson: boolean): void {
  if (error !== undefined) stderr.write(`pylon: ${run}: ${error.code}: ${printableLine(error.message)}\n`);
  if (asJson || synced === undefined) return;
  const { events, payloads, eventsSent, payloadsSent, complete } = synced;
  const state = complete ? '' : '  still going on';
  stdout.write(
    `${run}  events ${eventsSent} of ${events} sent  payloads ${payloadsSent} of ${payloads} sent${state}\n`,
  );
}

/** Prints a line for each run. Exit 1 where the other daemon took one of them not. */
export async function syncRuns(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const { clock, random } = context;
  const notices = new Notices(context.stderr);
  const endpoint = targetOf(flags, notices);
  const rules = typeof flags.redact === 'string' ? parseRules(flags.redact) : LEAVING_RULES;
  const outcomes: Outcome[] = [];
  await withEngine(context, notices, async (engine) => {
    const { keyPair: keys } = await openIdentity(homeOf(context.environment), random);
    const ids = await runsOf(engine, await scopeOf(engine, words, flags));
    if (flags.json !== true)
      notices.line(`sending ${ids.length} run(s) to ${endpoint}, redacted: ${printRules(rules)}`);
    const poster = new Poster({ endpoint, keys, clock, random });
    try {
      for (const run of ids) {
        const outcome = await syncOne(engine, { poster, clock, random }, run, rules);
        tell(context, outcome, flags.json === true);
        outcomes.push(outcome);
      }
    } finally {
      poster.close();
    }
  });
  if (flags.json === true) context.stdout.write(`${JSON.stringify({ to: endpoint, runs: outcomes.map(toJson) })}\n`);
  return outcomes.every(({ error }) => error === undefined) ? EXIT.answer : EXIT.failed;
}

function toJson({ run, synced, error }: Outcome) {
  if (synced === undefined) return { run_id: run, error: { code: error?.code, message: error?.message } };
  const { events, payloads, eventsSent, payloadsSent, complete } = synced;
  return { run_id: run, events, payloads, events_sent: eventsSent, payloads_sent: payloadsSent, complete };
}
