// `pylon rlm show <run>`: one recorded run, readable: what was asked and answered, by whom, when, for how much.
import { EXIT } from '../../../protocol/errors.ts';
import { fold, type RunState, toRunRecord } from '../../../protocol/fold.ts';
import type { PayoutReport } from '../../../protocol/money-report.ts';
import { printNpub } from '../../../protocol/public-key.ts';
import type { RunRecord } from '../../../protocol/run.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { grouped, plural, printBytes, printDuration, printSats, printShare } from '../../../protocol/words.ts';
import { renderAnswer } from '../answer.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson, printableLine } from '../printable.ts';
import { coverageNotes, moneyWords } from '../progress.ts';
import { shortKey, timelineOf } from '../timeline.ts';
import { printTime, renderTable } from './history.ts';
import { payoutCells } from './ledger.ts';

/** More lines than this tell a person nothing; --all prints them. */
const LINES_MAX = 60;
const SCORES_MAX = 12;

function headOf(record: RunRecord): string[] {
  const { config, metrics } = record;
  const error = record.error === null ? [] : [['error', `${record.error.code}: ${record.error.message}`]];
  const filed = record.experiment === null ? [] : [['experiment', record.experiment]];
  const told = Object.entries(record.scores ?? {}).slice(0, SCORES_MAX);
  const left = Object.keys(record.scores ?? {}).length - told.length;
  const scores = `${told.map(([name, value]) => `${name} ${value}`).join(', ')}${left > 0 ? `, … ${left} more: --json` : ''}`;
  const said = [...(told.length === 0 ? [] : [['scores', scores]]), ...(record.note ? [['note', record.note]] : [])];
  const from = record.origin === undefined ? [] : [['origin', printNpub(record.origin)]];
  const rows = [
    ['run', record.id],
    ...from,
    ['asked', printTime(record.created_at)],
    ['status', record.status],
    ...error,
    ...filed,
    ...said,
    ['question', record.query],
    [
      'input',
      `${plural(record.inputs.length, 'file')}, ${printBytes(metrics.bytes_given)}, coverage ${printShare(metrics.coverage)}${coverageNotes(metrics)}`,
    ],
    [
      'method',
      `${config.method}, ${config.model}, fanout ${config.fanout}, quorum ${config.quorum}, verify ${config.verification}`,
    ],
    ['strategy', strategyWords(record)],
    [
      'chunks',
      `${grouped(metrics.chunks_answered)} of ${grouped(metrics.chunks)} answered, ${grouped(metrics.retries)} asked again, ${grouped(metrics.hedges)} hedged, ${grouped(metrics.chunks_local)} locally`,
    ],
    [
      'cost',
      `${moneyWords(metrics)}, of ${grouped(config.budget_sats)} sats; ${grouped(record.tokens_used)} tokens in ${plural(metrics.calls, 'call')}`,
    ],
    [
      'time',
      `${printDuration(metrics.elapsed_ms)}, p50 ${printDuration(metrics.query_p50_ms)}, p99 ${printDuration(metrics.query_p99_ms)}`,
    ],
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(10)} ${printableLine(value)}`);
}

/** `rlm_lite.v1 (asked for: auto), 4 steps, 5 calls of the model by this machine`. */
function strategyWords({ config, metrics }: RunRecord): string {
  const { strategy, strategy_id } = config;
  const asked = strategy === undefined ? '' : ` (asked for: ${strategy})`;
  const steps = metrics.iterations === 0 ? '' : `, ${plural(metrics.iterations, 'step')}`;
  const calls = metrics.lm_calls === 0 ? '' : `, ${plural(metrics.lm_calls, 'call')} of the model by this machine`;
  return `${strategy_id}${asked}${steps}${calls}`;
}

/** Which provider answered which chunk, and what each got for it. */
function providersOf(state: RunState): string {
  const rows = new Map<string, { chunks: number[]; failed: number; paidMsat: number }>();
  for (const query of state.queries.values()) {
    const key = query.venue === 'Local' ? 'this machine' : query.provider;
    const row = rows.get(key) ?? { chunks: [], failed: 0, paidMsat: 0 };
    rows.set(key, row);
    if (query.status === 'answered') row.chunks.push(query.chunk);
    else row.failed++;
    row.paidMsat += query.settled_msat;
  }
  const lines = [...rows].map(([key, row]) => [
    shortKey(key),
    plural(row.chunks.length, 'chunk'),
    `${row.failed} failed`,
    `${printSats(row.paidMsat)} sats`,
    `chunks ${ranges(row.chunks)}`,
  ]);
  return renderTable(lines);
}

/** `0-3, 7, 9-10`; cut where it would run on. */
function ranges(chunks: readonly number[]): string {
  const sorted = [...new Set(chunks)].sort((left, right) => left - right);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length && parts.length <= 12; at++) {
    const first = sorted[at]!;
    while (sorted[at + 1] === sorted[at]! + 1) at++;
    const last = sorted[at]!;
    parts.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return parts.length > 12 ? `${parts.slice(0, 12).join(', ')}, …` : parts.join(', ') || '–';
}

/** As the trace tells them, for a run of another home; what became of one later only the ledger of its home knows. */
function payoutsOf(state: RunState, known: readonly PayoutReport[]): string[][] {
  return [...state.payouts.values()].map((payout) => {
    const later = known.find(({ id }) => id === payout.id);
    if (later !== undefined) return payoutCells(later);
    const proof = payout.preimage === undefined ? (payout.reason ?? '') : `preimage ${payout.preimage}`;
    return ['', payout.status, `${printSats(payout.amount_msat)} sats`, shortKey(payout.provider), proof];
  });
}

async function render(
  context: CliContext,
  state: RunState,
  record: RunRecord,
  events: readonly TraceEvent[],
  payouts: readonly PayoutReport[],
  all: boolean,
) {
  const lines = timelineOf(state, events);
  const half = LINES_MAX / 2;
  const shown =
    all || lines.length <= LINES_MAX
      ? lines
      : [...lines.slice(0, half), `            … ${lines.length - LINES_MAX} more lines: --all`, ...lines.slice(-half)];
  const told = payoutsOf(state, payouts);
  const later = payouts.filter(({ id }) => !state.payouts.has(id)).map(payoutCells);
  const paid = [...told, ...later];
  const answer = await renderAnswer(record, { cwd: context.cwd });
  return [
    `${headOf(record).join('\n')}\n`,
    answer === '' ? '' : `\n${answer}`,
    state.queries.size === 0 ? '' : `\nproviders\n${providersOf(state)}`,
    paid.length === 0 ? '' : `\npayouts\n${renderTable(paid)}`,
    `\ntimeline\n${shown.join('\n')}\n`,
  ].join('');
}

export async function show(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [prefix = ''] = words;
  const events: TraceEvent[] = [];
  let origin: string | undefined;
  const payouts = await withEngine(context, new Notices(context.stderr), async (engine) => {
    const runId = await engine.runs.resolve(prefix);
    for await (const event of engine.runs.events(runId, 0)) events.push(event);
    origin = (await engine.runs.get(runId))?.origin; // no event tells it
    return (await engine.money.ledger(runId)).payouts; // what became of them also after the run had ended
  });
  const state = fold(events);
  const record = { ...toRunRecord(state), ...(origin === undefined ? {} : { origin }) };
  if (flags.json === true) context.stdout.write(`${printableJson({ run: record, events })}\n`);
  else context.stdout.write(printable(await render(context, state, record, events, payouts, flags.all === true)));
  return EXIT.answer;
}
