// Random but lawful traces for properties: RunInit, any number of steps that could happen, perhaps an end.

import fc from 'fast-check';
import { endsRun } from '../../protocol/run-end.ts';
import { TRACE_VERSION, type TraceEvent, type TraceFact } from '../../protocol/trace.ts';
import { ulid } from '../../protocol/ulid.ts';
import { RUN_CONFIG } from './traces.ts';

const HASH = 'c'.repeat(64);
const CHUNK_BYTES = 100;
const START_MS = 1_700_000_000_000;
const MISSING = { code: 'job-failed', message: 'the provider could not do the job' };

/** One turn of a run, told by small random numbers; what they mean depends on the run so far. */
interface Turn {
  readonly step: number;
  readonly pick: number;
  readonly amount: number;
  readonly words: string;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  step: fc.integer({ min: 0, max: 11 }),
  pick: fc.nat(1_000),
  amount: fc.nat(5_000),
  words: fc.string({ unit: 'grapheme', maxLength: 30 }),
});

function init(query: string, bytes: number): TraceFact {
  return {
    type: 'RunInit',
    query,
    config: RUN_CONFIG,
    inputs: [{ path: 'build.log', bytes }],
    git_sha: null,
    dataset: null,
    experiment: null,
  };
}

class Story {
  readonly facts: TraceFact[] = [];
  readonly #chunks: number;
  #queries = 0;
  /** Query id → msat still held for it. */
  readonly #open = new Map<string, number>();

  constructor(query: string, chunks: number) {
    this.#chunks = chunks;
    this.facts.push(init(query, chunks * CHUNK_BYTES));
    for (let chunk = 0; chunk < chunks; chunk++) this.#load(chunk);
  }

  #load(chunk: number): void {
    const same = chunk > 0 && chunk % 5 === 0 ? { same_as: chunk - 1 } : {};
    const span = {
      id: `s${chunk}`,
      path: 'build.log',
      start_line: chunk + 1,
      end_line: chunk + 1,
      start_byte: chunk * CHUNK_BYTES,
      end_byte: (chunk + 1) * CHUNK_BYTES,
      content_hash: HASH,
    };
    this.facts.push({ type: 'EnvLoadFragment', chunk, span, ...same });
  }

  #submit(turn: Turn): void {
    if (this.#chunks === 0) return;
    const query = `q${this.#queries++}`;
    this.facts.push(
      { type: 'BudgetReserve', query_id: query, amount_msat: turn.amount },
      {
        type: 'SubQuerySubmit',
        query_id: query,
        chunk: turn.pick % this.#chunks,
        attempt: turn.pick % 3,
        provider: `p${turn.pick % 7}`,
        venue: turn.pick % 4 === 0 ? 'Local' : 'Swarm',
        price_msat: turn.amount,
        ...(turn.pick % 5 === 0 ? {} : { model: `m${turn.pick % 2}`, name: `n${turn.pick % 3}` }),
      },
    );
    this.#open.set(query, turn.amount);
  }

  #return(query: string, turn: Turn): TraceFact {
    const ok = turn.pick % 3 !== 0;
    return {
      type: 'SubQueryReturn',
      query_id: query,
      ok,
      latency_ms: turn.amount / 7,
      findings: turn.pick % 5,
      quotes_dropped: turn.pick % 2,
      usage: { calls: turn.pick % 4, input_tokens: turn.amount, output_tokens: turn.pick },
      output_hash: HASH,
      preview: turn.words,
      ...(ok ? {} : { error: MISSING }),
    };
  }

  #finish(turn: Turn): void {
    const [query, held] = [...this.#open][turn.pick % Math.max(1, this.#open.size)] ?? [];
    if (query === undefined || held === undefined) return;
    this.#open.delete(query);
    const ends: Record<number, TraceFact> = {
      7: { type: 'SubQueryTimeout', query_id: query, after_ms: turn.amount, reason: 'timeout' },
      8: { type: 'SubQueryCancel', query_id: query, reason: turn.words },
    };
    const paid = Math.floor(held / 2);
    this.facts.push(
      ends[turn.step] ?? this.#return(query, turn),
      { type: 'BudgetSettle', query_id: query, provider: 'p1', amount_msat: paid },
      { type: 'BudgetRelease', query_id: query, amount_msat: held - paid, reason: 'rest' },
    );
  }

  #other(turn: Turn): void {
    const [query = 'unknown'] = this.#open.keys();
    const usage = { calls: 1, input_tokens: 2, output_tokens: 3 };
    const facts: TraceFact[] = [
      { type: 'FallbackLocal', chunk: turn.pick, reason: turn.words },
      { type: 'SubQueryExecute', query_id: query },
      { type: 'Predict', signature: 'S.v1', strategy: 'direct.v1', model: 'm', latency_ms: 1.5, usage, repairs: 0 },
    ];
    if (turn.pick % 3 === 0) this.#judge(turn);
    if (turn.pick % 4 === 0) this.#tellMore(turn);
    this.facts.push(facts[turn.step % 3]!);
  }

  /** What happens beside the queries: hedges, the words of a gate, answers taken and withdrawn, steps of the whole run. */
  #tellMore({ pick, amount, words }: Turn): void {
    const query_id = `q${amount % (this.#queries + 1)}`;
    const chunk = amount % Math.max(1, this.#chunks);
    const facts: TraceFact[] = [
      { type: 'SubQueryHedge', query_id, of: `q${pick % (this.#queries + 1)}` },
      { type: 'VerifyObjective', chunk, query_id, verdict: pick % 3 === 0 ? 'accepted' : words },
      { type: 'VerifyAccept', chunk, query_id },
      { type: 'VerifyReopen', chunk, reason: words },
      { type: 'RlmIteration', iteration: pick, action: words, observation_chars: amount },
      { type: 'Aggregate', evidence: pick, citations: amount, unsupported: 0 },
      { type: 'FallbackLocal', chunk, reason: words },
    ];
    this.facts.push(facts[amount % facts.length]!);
  }

  /** Somebody was found wrong, or was not: perhaps a second time, perhaps one that never answered. */
  #judge({ pick, amount }: Turn): void {
    const wrong = [`q${amount % (this.#queries + 1)}`, `q${pick % (this.#queries + 1)}`];
    const verdict = ['accepted', 'undecided', 'canary'][amount % 3]!;
    this.facts.push({ type: 'VerifyRedundant', chunk: pick, agreement: 0.5, n: 1, m: 2, verdict, dissenting: wrong });
  }

  tell(turn: Turn): void {
    if (turn.step < 5) this.#submit(turn);
    else if (turn.step < 9) this.#finish(turn);
    else this.#other(turn);
  }

  end(kind: number, words: string): void {
    if (kind === 1) this.facts.push({ type: 'RunDone', status: 'done', output: words, span_refs: [] });
    if (kind === 2) this.facts.push({ type: 'RunFailed', error: MISSING });
  }
}

/** A whole trace of one run. */
export const lawfulTrace: fc.Arbitrary<TraceEvent[]> = fc
  .record({
    query: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    chunks: fc.nat(12),
    turns: fc.array(turn, { maxLength: 60 }),
    ending: fc.nat(2),
    random: fc.uint8Array({ minLength: 10, maxLength: 10 }),
  })
  .map(({ query, chunks, turns, ending, random }) => {
    const story = new Story(query, chunks);
    for (const one of turns) story.tell(one);
    story.end(ending, query);
    const header = { v: TRACE_VERSION, run_id: ulid(START_MS, random) };
    return story.facts.map(
      (fact, seq) => ({ ...header, ...fact, seq, timestamp_ms: START_MS + seq * 3 }) as TraceEvent,
    );
  });

/** The same, and behind its end what somebody said of it. */
export const annotatedTrace: fc.Arbitrary<TraceEvent[]> = lawfulTrace.map((events) => {
  const last = events.at(-1)!;
  if (!endsRun(last)) return events;
  const said: TraceFact[] = [
    { type: 'RunAnnotate', experiment: 'e', scores: { accuracy: 0.5, toString: 1 } as never },
    { type: 'RunAnnotate', scores: { accuracy: null, '7': 2 }, note: 'n' },
  ];
  const { v, run_id, timestamp_ms } = last;
  const told = said.map((fact, at) => ({ v, run_id, seq: last.seq + 1 + at, timestamp_ms, ...fact }) as TraceEvent);
  return [...events, ...told];
});
