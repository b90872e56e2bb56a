// Everything that is known of one query, in words, for the card, the table and whoever listens.
import type { QueryState, RunState } from '../../protocol/run-state.ts';
import { printSpan } from '../../protocol/span.ts';
import { plural, printDuration, printSats } from '../../protocol/words.ts';
import { shownText } from '../parts/shown-text.ts';
import { isOpen, MARK_WORDS, MARKS, markOf } from './timeline/bar-mark.ts';
import { laneLabel } from './timeline/timeline-model.ts';

export type Fact = readonly [name: string, value: string];

/** How it stands, as one word or two. */
export function statusWords(query: QueryState): string {
  return MARK_WORDS[MARKS[markOf(query)]!];
}

export function tookMs(query: QueryState, nowMs: number): number {
  return query.latency_ms ?? Math.max(0, (query.ended_ms ?? nowMs) - query.submitted_ms);
}

/** Who did it with what: `embedded 2 (extractive)`. */
export function whoWords(query: QueryState): string {
  const model = query.model === undefined ? '' : ` (${shownText(query.model)})`;
  return `${laneLabel(query)}${model}`;
}

export function spanWords(state: RunState, query: QueryState): string {
  const chunk = state.chunks[query.chunk];
  return chunk === undefined ? `chunk ${query.chunk}` : shownText(printSpan(chunk.span));
}

/** For the card: what is worth a line, and nothing that is not so. */
export function factsOf(state: RunState, query: QueryState, nowMs: number): readonly Fact[] {
  const facts: Fact[] = [
    ['Provider', whoWords(query)],
    ['Input', spanWords(state, query)],
    ['Began', `${printDuration(query.submitted_ms - state.created_ms)} into the run`],
    [isOpen(query) ? 'So far' : 'Took', printDuration(tookMs(query, nowMs))],
    [
      'Cost',
      query.settled_msat > 0
        ? `${printSats(query.settled_msat)} sats`
        : `none of at most ${printSats(query.price_msat)} sats`,
    ],
  ];
  if (query.status === 'answered') facts.push(['Findings', plural(query.findings, 'quote')]);
  const attempts = query.attempt > 0 ? `attempt ${query.attempt + 1}` : '';
  if (query.reason === 'hedge') facts.push(['Asked as', `hedge of ${query.hedge_of ?? 'a late one'}`]);
  else if (query.reason === 'retry') facts.push(['Asked as', `retry, ${attempts}`]);
  else if (attempts !== '') facts.push(['Asked as', attempts]);
  if (query.canary) facts.push(['Canary', 'its answer was known']);
  if (query.verdict !== undefined) facts.push(['Verdict', query.verdict]);
  if (query.error !== undefined) facts.push(['Error', shownText(`${query.error.code}: ${query.error.message}`)]);
  return facts;
}

/** One sentence, for the live readout. */
export function sentenceOf(state: RunState, query: QueryState, nowMs: number): string {
  const cost = query.settled_msat > 0 ? `, ${printSats(query.settled_msat)} sats` : '';
  const verdict = query.verdict === undefined ? '' : `, verdict ${query.verdict}`;
  const reason = query.reason === undefined ? '' : `, ${query.reason}`;
  const took = printDuration(tookMs(query, nowMs));
  return `${spanWords(state, query)}, ${whoWords(query)}: ${statusWords(query)}, ${took}${cost}${reason}${verdict}`;
}
