// What a run does while it runs: one block on a terminal, redrawn in place, or a few plain lines on a pipe.
// Everything shown comes from the fold of the run's events.

import type { Clock } from '../../conductor/ports.ts';
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import { inputBytes } from '../../protocol/input-bytes.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { metricsOf } from '../../protocol/run-metrics.ts';
import { preview } from '../../protocol/text.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { grouped, plural, printBytes, printDuration, printSats, printShare } from '../../protocol/words.ts';
import type { Environment } from '../home.ts';
import type { Terminal } from './context.ts';
import type { Notices } from './notices.ts';
import { printable } from './printable.ts';

/** Ten times a second: faster than an eye reads, slow enough to cost nothing. */
const REDRAW_MS = 100;
/** A log wants to know that it lives, not to be filled. */
const PLAIN_LINE_MS = 10_000;
const BAR_CELLS = 24;

const MOVE_UP_AND_CLEAR = (lines: number) => (lines === 0 ? '' : `\x1b[${lines}A\r\x1b[0J`);

/** How many chunks there are to ask: the router's choice, or all that were cut; an estimate (`~`) while cutting goes on. */
function chunksToAsk(state: RunState): string {
  // An exploration asks what it wants to know: how much that is nobody knows before.
  if (state.fan_outs.length > 0 || state.iterations > 0) return grouped(state.chunks.length);
  if (state.selected !== undefined) return grouped(state.selected);
  const bytesGiven = inputBytes(state.inputs);
  const bytesCut = state.chunks.reduce((sum, { span }) => sum + span.end_byte - span.start_byte, 0);
  if (bytesCut >= bytesGiven) return grouped(state.chunks.length);
  return `~${grouped(Math.max(state.chunks.length, Math.ceil(bytesGiven / state.config.chunk_size)))}`;
}

/** `step 4: ExtractOverChunks`. */
function stepWords({ iterations, steps }: RunState): string[] {
  const last = steps.findLast((step) => step.type === 'RlmIteration');
  return last === undefined ? [] : [`step ${grouped(iterations)}: ${printable(preview(last.action, 32))}`];
}

/** What is to be said of a coverage: `, searched`, `, 60 % not covered`. */
export function coverageNotes({ coverage, bytes_asked, bytes_searched }: RunRecord['metrics']): string {
  const searched = bytes_searched > bytes_asked ? ', searched' : '';
  const left = coverage < 1 ? `, ${printShare(1 - coverage)} not covered` : '';
  return `${searched}${left}`;
}

function namesOf(state: RunState): string {
  const [first] = state.inputs;
  const more = state.inputs.length - 1;
  const name = printable(preview(first?.path ?? 'input', 48));
  return more > 0 ? `${name} and ${plural(more, 'more file')}` : name;
}

/** The lines of the live block, at most `columns` wide. Pure: the same state gives the same block. */
export function renderProgress(state: RunState, nowMs: number, columns: number): string[] {
  const metrics = metricsOf(state);
  const filled = Math.floor(metrics.coverage * BAR_CELLS);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}`;
  const held = state.held_msat === 0 ? '' : ` + ${printSats(state.held_msat)} held`;
  const budget = `${printSats(state.spent_msat)}${held}/${grouped(state.config.budget_sats)} sats`;
  const p50 = metrics.query_p50_ms === 0 ? '–' : printDuration(metrics.query_p50_ms);
  const lines = [
    `${namesOf(state)}  ${printBytes(metrics.bytes_given)}  ${bar}  ${grouped(metrics.chunks_answered)}/${chunksToAsk(state)} chunks`,
    [
      ...stepWords(state),
      `${grouped(state.in_flight)} in flight`,
      `p50 ${p50}`,
      budget,
      plural(metrics.providers, 'provider'),
      printDuration(Math.max(0, nowMs - state.created_ms)),
    ].join(' · '),
  ];
  return lines.map((line) =>
    Array.from(line)
      .slice(0, Math.max(20, columns) - 1)
      .join(''),
  );
}

/** What a run has cost, and whether that is paid; what was set aside and not needed is free again. */
export function moneyWords(metrics: Pick<RunRecord['metrics'], 'cost_msat' | 'paid_msat' | 'released_msat'>): string {
  const { cost_msat: cost, paid_msat: paid, released_msat: released } = metrics;
  const sats = `${printSats(cost)} sats`;
  if (cost === 0 && released === 0) return sats;
  const owing = paid === cost ? 'paid' : `${printSats(paid)} paid, ${printSats(cost - paid)} owed`;
  return `${sats} spent (${owing}), ${printSats(released)} released`;
}

/** What the answer took: chunks, steps of an exploration, calls of the model. */
function workWords({ chunks, chunks_answered, iterations, lm_calls }: RunRecord['metrics']): string {
  const parts = [
    ...(chunks > 0 || (iterations === 0 && lm_calls === 0)
      ? [`${grouped(chunks_answered)}/${plural(chunks, 'chunk')}`]
      : []),
    ...(iterations === 0 ? [] : [plural(iterations, 'step')]),
    ...(lm_calls === 0 ? [] : [plural(lm_calls, 'call')]),
  ];
  return parts.join(', ');
}

/** One line on how a run ended. */
export function renderSummary({ id, status, metrics }: Pick<RunRecord, 'id' | 'status' | 'metrics'>): string {
  const parts = [
    `${status}: ${workWords(metrics)}`,
    `${printShare(metrics.coverage)} of ${printBytes(metrics.bytes_given)}${coverageNotes(metrics)}`,
    ...(metrics.chunks_local > 0 ? [`${grouped(metrics.chunks_local)} answered locally`] : []),
    plural(metrics.providers, 'provider'),
    moneyWords(metrics),
    printDuration(metrics.elapsed_ms),
    `run ${id}`,
  ];
  return parts.join(' · ');
}

/** True where a block can be redrawn in place. */
export function isLive(stream: Terminal, environment: Environment): boolean {
  return stream.isTTY === true && environment.TERM !== 'dumb';
}

/** Colours only where they are wanted (https://no-color.org). */
export function wantsColour(stream: Terminal, environment: Environment): boolean {
  return isLive(stream, environment) && (environment.NO_COLOR ?? '') === '';
}

export interface ProgressOptions {
  readonly stream: Terminal;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly notices: Notices;
}

export class Progress {
  readonly #options: ProgressOptions;
  readonly #live: boolean;
  readonly #dim: (text: string) => string;
  #state: RunState | undefined;
  #drawnLines = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#live = isLive(options.stream, options.environment);
    const colour = wantsColour(options.stream, options.environment);
    this.#dim = colour ? (text) => `\x1b[2m${text}\x1b[0m` : (text) => text;
    if (this.#live) options.notices.drawAround((print) => this.#drawAround(print));
  }

  /** Takes the next event; draws later, at most ten times a second. */
  onEvent(event: TraceEvent): void {
    this.#state = foldEvent(this.#state, event);
    if (!this.#live && event.type === 'RunInit') this.#tellStart(this.#state);
    if (this.#state.status !== 'running') return;
    this.#cancelTimer ??= this.#options.clock.after(this.#live ? REDRAW_MS : PLAIN_LINE_MS, () => this.#tick());
  }

  #tellStart(state: RunState): void {
    const bytes = inputBytes(state.inputs);
    this.#options.notices.line(
      `reading ${namesOf(state)}, ${printBytes(bytes)}, ${plural(state.config.fanout, 'chunk')} at a time`,
    );
  }

  #tick(): void {
    this.#cancelTimer = undefined;
    if (this.#state === undefined) return;
    if (this.#live) this.#draw();
    else this.#options.notices.line(renderProgress(this.#state, this.#options.clock.now(), 200)[1] ?? '');
  }

  #draw(): void {
    if (this.#state === undefined) return;
    const { stream, clock } = this.#options;
    const lines = renderProgress(this.#state, clock.now(), stream.columns || 80);
    const [first = '', ...rest] = lines;
    stream.write(`${MOVE_UP_AND_CLEAR(this.#drawnLines)}${[first, ...rest.map(this.#dim)].join('\n')}\n`);
    this.#drawnLines = lines.length;
  }

  #clear(): void {
    if (this.#drawnLines > 0) this.#options.stream.write(MOVE_UP_AND_CLEAR(this.#drawnLines));
    this.#drawnLines = 0;
  }

  #drawAround(print: () => void): void {
    const drawn = this.#drawnLines > 0;
    this.#clear();
    print();
    if (drawn) this.#draw();
  }

  /** Takes the block away; with the record of the run it says in one line how that ended. Safe to call twice. */
  finish(record?: RunRecord): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#clear();
    this.#options.notices.drawAround(undefined);
    this.#state = undefined;
    if (record !== undefined) this.#options.notices.line(renderSummary(record));
  }
}
