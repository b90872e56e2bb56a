// A made-up run as a conductor would write it: chunks, queries to hundreds of providers, answers, refusals, time-outs and hedges, each
// event when it is due. Seeded, so that two pages are shown the same.
import type { Random } from '../../conductor/ports.ts';
import type { TraceEvent, TraceFact } from '../../protocol/trace.ts';
import { RUN_CONFIG } from '../../test/support/traces.ts';

const PROVIDERS = 400;
const CHUNK_BYTES = 16_000;
const LINES = 200;

interface Open {
  readonly id: string;
  readonly provider: number;
  readonly atMs: number;
}

/** Writes its own clock into the events: real time for a live run, made-up time for a finished one. */
export class SyntheticRun {
  readonly #runId: string;
  readonly #random: Random;
  readonly #open: Open[] = [];
  #seq = 0;
  #chunks = 0;

  constructor(runId: string, random: Random) {
    this.#runId = runId;
    this.#random = random;
  }

  get open(): number {
    return this.#open.length;
  }

  begin(chunks: number, nowMs: number): TraceEvent[] {
    const inputs = [{ path: 'synthetic.log', bytes: chunks * CHUNK_BYTES }];
    const config = { ...RUN_CONFIG, fanout: 10_000 };
    const names = { git_sha: null, dataset: null, experiment: null };
    return [this.#event({ type: 'RunInit', query: 'What is in a synthetic run?', config, inputs, ...names }, nowMs)];
  }

  /** A chunk is cut and asked. */
  submit(nowMs: number): TraceEvent[] {
    const chunk = this.#chunks++;
    const provider = Math.floor(this.#random.fraction() * PROVIDERS);
    const query_id = `${chunk}.0`;
    this.#open.push({ id: query_id, provider, atMs: nowMs });
    const bytes = { start_byte: chunk * CHUNK_BYTES, end_byte: (chunk + 1) * CHUNK_BYTES };
    const lines = { start_line: chunk * LINES + 1, end_line: (chunk + 1) * LINES };
    const span = { id: `c${chunk}`, path: 'synthetic.log', ...lines, ...bytes, content_hash: 'c'.repeat(64) };
    const who = {
      provider: this.#key(provider),
      venue: 'Swarm',
      model: 'synthetic-7b',
      name: `node ${provider}`,
    } as const;
    return [
      this.#event({ type: 'EnvLoadFragment', chunk, span }, nowMs),
      this.#event({ type: 'SubQuerySubmit', query_id, chunk, attempt: 0, price_msat: 74, ...who }, nowMs),
    ];
  }

  /** One of the open queries, whichever, ends: most with an answer. */
  end(nowMs: number): TraceEvent[] {
    const at = Math.floor(this.#random.fraction() * this.#open.length);
    const query = this.#open[at];
    const last = this.#open.pop();
    if (query === undefined || last === undefined) return [];
    if (last !== query) this.#open[at] = last;
    const fate = this.#random.fraction();
    const tookMs = nowMs - query.atMs;
    if (fate < 0.02)
      return [this.#event({ type: 'SubQueryTimeout', query_id: query.id, after_ms: tookMs, reason: 'timeout' }, nowMs)];
    const ok = fate > 0.04;
    const answer = { query_id: query.id, ok, latency_ms: tookMs, findings: ok ? 3 : 0, quotes_dropped: 0 };
    const usage = { calls: 1, input_tokens: 4_000, output_tokens: 120 };
    const error = ok ? {} : { error: { code: 'job-failed', message: 'the provider could not do the job' } };
    return [this.#event({ type: 'SubQueryReturn', ...answer, usage, preview: 'three findings', ...error }, nowMs)];
  }

  finish(nowMs: number): TraceEvent[] {
    return [this.#event({ type: 'RunDone', status: 'done', output: 'Nothing [1].', span_refs: [] }, nowMs)];
  }

  #key(provider: number): string {
    return provider.toString(16).padStart(64, '0');
  }

  #event(fact: TraceFact, nowMs: number): TraceEvent {
    return { v: 1, run_id: this.#runId, seq: this.#seq++, timestamp_ms: Math.floor(nowMs), ...fact };
  }
}
