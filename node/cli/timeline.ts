// A recorded run as text: who was asked what, when, for how much. Per-query events are told as one line
// where the query ends; everything else is a line of its own.
import type { RunState } from '../../protocol/fold.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { plural, printBytes, printDuration, printSats } from '../../protocol/words.ts';
import { printableLine } from './printable.ts';
import { verifyWords } from './verify-words.ts';

/** First and last characters of a public key are enough to tell providers apart. */
export function shortKey(key: string): string {
  return /^[0-9a-f]{64}$/.test(key) ? `${key.slice(0, 8)}…` : printableLine(key);
}

function queryWords(state: RunState, queryId: string): string {
  const query = state.queries.get(queryId);
  if (query === undefined) return `query ${printableLine(queryId)}`;
  const attempt = query.attempt === 0 ? '' : `, attempt ${query.attempt + 1}`;
  return `chunk ${query.chunk}${attempt} → ${shortKey(query.provider)}`;
}

function returnWords(state: RunState, event: Extract<TraceEvent, { type: 'SubQueryReturn' }>): string {
  const head = `${queryWords(state, event.query_id)}: `;
  if (!event.ok)
    return `${head}failed after ${printDuration(event.latency_ms)}: ${event.error?.message ?? 'no reason given'}`;
  const paid = state.queries.get(event.query_id)?.settled_msat ?? 0;
  const dropped = event.quotes_dropped === 0 ? '' : `, ${plural(event.quotes_dropped, 'quote')} dropped`;
  return `${head}${plural(event.findings, 'finding')} in ${printDuration(event.latency_ms)}, ${printSats(paid)} sats${dropped}`;
}

function payoutWords(state: RunState, payoutId: string): string {
  const payout = state.payouts.get(payoutId);
  return payout === undefined ? payoutId : `${shortKey(payout.provider)} ${printSats(payout.amount_msat)} sats`;
}

/** The price of one chunk, in escrow or in advance. */
function aheadWords(state: RunState, queryId: string | undefined): string {
  return queryId === undefined ? '' : ` for the answer to chunk ${state.queries.get(queryId)?.chunk ?? queryId}`;
}

function failedWords(state: RunState, payoutId: string): string {
  return state.payouts.get(payoutId)?.query_id === undefined ? 'not paid, still owed' : 'not paid, and nothing is owed';
}

function annotationWords({ experiment, scores = {}, note }: Extract<TraceEvent, { type: 'RunAnnotate' }>): string {
  const filed =
    experiment === null
      ? ['taken out of its experiment']
      : experiment === undefined
        ? []
        : [`filed under ${experiment}`];
  const changed = Object.entries(scores);
  const [first] = changed;
  const one = first === undefined ? [] : [first[1] === null ? `${first[0]} taken away` : `${first[0]} ${first[1]}`];
  const scored = changed.length > 1 ? [plural(changed.length, 'score')] : one;
  const noted = note === undefined ? [] : [note === null ? 'note taken away' : `note: ${note}`];
  return [...filed, ...scored, ...noted].join('; ');
}

/** `step 3: Search "disk full", 2 spans, 4 sub-calls, nothing new`. */
function iterationWords(event: Extract<TraceEvent, { type: 'RlmIteration' }>): string {
  const { iteration, action, detail, spans = [], sub_calls = 0, new_evidence, depth = 0, error } = event;
  const deeper = depth === 0 ? '' : ` (depth ${depth})`;
  const parts = [
    `step ${iteration + 1}${deeper}: ${action}${detail === undefined || detail === '' ? '' : ` ${detail}`}`,
    ...(spans.length === 0 ? [] : [plural(spans.length, 'span')]),
    ...(sub_calls === 0 ? [] : [plural(sub_calls, 'sub-call')]),
    ...(new_evidence === false ? ['nothing new'] : []),
    ...(error === undefined ? [] : [error.message]),
  ];
  return parts.join(', ');
}

/** The words for one event, undefined for those that only lead up to another. */
function wordsOf(state: RunState, event: TraceEvent): string | undefined {
  switch (event.type) {
    case 'RunInit':
      return `asked of ${plural(event.inputs.length, 'file')} with ${event.config.method}, ${event.config.model}`;
    case 'EnvSelectFragments':
      return `${event.selected} of ${plural(event.given, 'chunk')} chosen (${event.method})`;
    case 'EnvFanOut':
      return `fan-out ${event.pass + 1} over ${printBytes(event.bytes_given)}: ${event.question}`;
    case 'RlmIteration':
      return iterationWords(event);
    case 'SubQueryReturn':
      return returnWords(state, event);
    case 'SubQueryTimeout':
      return `${queryWords(state, event.query_id)}: ${event.reason} after ${printDuration(event.after_ms)}`;
    case 'SubQueryCancel':
      return `${queryWords(state, event.query_id)}: cancelled, ${event.reason}`;
    case 'VerifyObjective':
    case 'VerifyRedundant':
    case 'VerifyValidated':
    case 'VerifyAccept':
    case 'VerifyReopen':
      return verifyWords(event, shortKey);
    case 'FallbackLocal':
      return `chunk ${event.chunk} → this machine: ${event.reason}`;
    case 'Predict':
      return `${event.signature} by ${event.model} in ${printDuration(event.latency_ms)}${event.error === undefined ? '' : `: ${event.error.message}`}`;
    case 'Aggregate':
      return `${plural(event.evidence, 'piece')} of evidence, ${plural(event.citations, 'citation')}, ${event.unsupported} unsupported`;
    case 'PayoutStart':
      return `paying ${shortKey(event.provider)} ${printSats(event.amount_msat)} sats${aheadWords(state, event.query_id)}`;
    case 'PayoutSettle':
      return `paid ${payoutWords(state, event.payout_id)}, preimage ${event.preimage}`;
    case 'PayoutUnknown':
      return `not known whether ${payoutWords(state, event.payout_id)} was paid: ${event.reason}`;
    case 'PayoutFailed':
      return `${failedWords(state, event.payout_id)}: ${payoutWords(state, event.payout_id)}: ${event.reason}`;
    case 'RunDone':
      return event.error === undefined ? event.status : `${event.status}: ${event.error.message}`;
    case 'RunFailed':
      return `failed: ${event.error.message}`;
    case 'RunResume':
      return `resumed${event.times === 1 ? '' : `, for the ${event.times}. time`}`;
    case 'RunAnnotate':
      return annotationWords(event);
    case 'EnvSurvey':
    case 'EnvShow':
    case 'EnvLoadFragment':
    case 'SubQuerySubmit':
    case 'SubQueryExecute':
    case 'BudgetReserve':
    case 'BudgetSettle':
    case 'BudgetRelease':
      return undefined;
    default:
      return event.type;
  }
}

/** `+0.132 s  chunk 3 → 1a2b3c4d…: 2 findings in 42 ms, 0.026 sats`. @param state the fold of the whole run */
export function timelineOf(state: RunState, events: readonly TraceEvent[]): string[] {
  const lines: string[] = [];
  for (const event of events) {
    const words = wordsOf(state, event);
    if (words === undefined) continue;
    const seconds = ((event.timestamp_ms - state.created_ms) / 1_000).toFixed(3);
    lines.push(`${`+${seconds} s`.padStart(10)}  ${printableLine(words)}`);
  }
  return lines;
}
