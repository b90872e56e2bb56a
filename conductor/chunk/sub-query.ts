// One sub-query's place in the trace: that it was asked, what came back, or why nothing did. Whoever answers, swarm provider or
// local backend, the output passes the same grounding gate.
import { describe, PylonError, toPylonError } from '../../protocol/errors.ts';
import { PREVIEW_CHARS_MAX } from '../../protocol/limits.ts';
import type { ChunkOutput } from '../../protocol/records.ts';
import { NO_USAGE, type Usage } from '../../protocol/signature.ts';
import { preview } from '../../protocol/text.ts';
import type { Fragment } from '../cut/fragments.ts';
import { PredictionFailed } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import type { Patience } from './patience.ts';
import { groundOutput } from './question.ts';
import type { Said } from './voice.ts';

/** What came back, before it is believed. */
export interface Returned {
  readonly output: ChunkOutput;
  readonly canonical: string;
  readonly outputHash: string;
  readonly usage: Usage;
  readonly model: string;
  readonly requestId?: string;
}

/** Who is asked what. */
export interface Asked {
  readonly fragment: Fragment;
  readonly queryId: string;
  readonly attempt: number;
  /** Hex key, or the local backend's name. */
  readonly provider: string;
  readonly venue: 'Local' | 'Swarm';
  readonly priceMsat: number;
  /** Its answer is known: it is asked to see whether the provider tells it. */
  readonly isCanary?: boolean | undefined;
  /** What its provider said of itself. */
  readonly announced?: { readonly model?: string; readonly name?: string };
}

/** One sub-query's place in the trace. */
export class SubQuery {
  readonly id: string;
  readonly #context: RunContext;
  readonly #asked: Asked;
  readonly #startedMs: number;

  constructor(context: RunContext, asked: Asked) {
    const { fragment, queryId, attempt, provider, venue, priceMsat, isCanary, announced } = asked;
    this.id = queryId;
    this.#context = context;
    this.#asked = asked;
    this.#startedMs = context.clock.now();
    const submitted = { chunk: fragment.index, attempt, provider, venue, price_msat: priceMsat };
    const marked = isCanary === true ? { canary: true as const } : {};
    void context.emitter.emit({ type: 'SubQuerySubmit', query_id: queryId, ...submitted, ...announced, ...marked });
  }

  get elapsedMs(): number {
    return this.#context.clock.now() - this.#startedMs;
  }

  /** Grounds and records an output. An output in which nothing is grounded although it claims something is no answer. */
  accept(returned: Returned): Pick<Said, 'output' | 'findings' | 'dropped' | 'model'> | 'failed' {
    const { question } = this.#context;
    const { output, grounded, dropped } = groundOutput(question, returned.output, this.#asked.fragment);
    const invented =
      grounded.length === 0 && dropped > 0
        ? new PylonError('result-invalid', {
            reason: 'nothing that the result quotes or names stands in the chunk',
            next: 'use a stronger model, or --backend extractive',
          })
        : undefined;
    if (invented !== undefined) this.#context.faults.note(invented);
    else this.#context.emitter.keepBlob(returned.outputHash, returned.canonical);
    void this.#context.emitter.emit({
      type: 'SubQueryReturn',
      query_id: this.id,
      ok: invented === undefined,
      latency_ms: this.elapsedMs,
      findings: grounded.length,
      quotes_dropped: dropped,
      usage: returned.usage,
      ...(returned.requestId === undefined ? {} : { request_id: returned.requestId }),
      ...(invented === undefined ? { output_hash: returned.outputHash } : { error: describe(invented) }),
      model: returned.model,
      preview: preview(grounded[0]?.finding.quote ?? '', PREVIEW_CHARS_MAX),
    });
    return invented !== undefined ? 'failed' : { output, findings: grounded, dropped, model: returned.model };
  }

  /** Records why there is no answer, and what the attempt cost as far as it is known. */
  fail(thrown: unknown, patience: Patience): 'failed' | 'silent' | 'unpaid' {
    const { emitter, faults } = this.#context;
    const usage = thrown instanceof PredictionFailed ? thrown.usage : NO_USAGE;
    const spent = usage.calls === 0 ? {} : { usage };
    if (patience.exhausted !== undefined) {
      faults.note(new PylonError('job-timeout', { value: `${this.elapsedMs} ms` }));
      void emitter.emit({
        type: 'SubQueryTimeout',
        query_id: this.id,
        after_ms: this.elapsedMs,
        reason: patience.exhausted,
        ...spent,
      });
      return 'silent';
    }
    const error = toPylonError(thrown);
    const { withdrawal } = patience;
    if (withdrawal !== undefined) {
      void emitter.emit({
        type: 'SubQueryCancel',
        query_id: this.id,
        reason: toPylonError(withdrawal.reason).code,
        ...spent,
      });
      return 'failed';
    }
    faults.note(error);
    const base = {
      query_id: this.id,
      ok: false,
      latency_ms: this.elapsedMs,
      findings: 0,
      quotes_dropped: 0,
      usage,
      preview: '',
    };
    void emitter.emit({ type: 'SubQueryReturn', ...base, error: describe(error) });
    if (error.code === 'job-payment-required') return 'unpaid';
    return error.code === 'relay-unreachable' ? 'silent' : 'failed';
  }
}
