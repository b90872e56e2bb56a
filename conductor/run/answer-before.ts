// The answer that a chunk of a resumed run has already: read back by its hash, held against the chunk's text like any other, and
// remembered with those on whose word it stands, so that it is asked again when one of them is caught.
import { sha256Hex } from '../../protocol/event.ts';
import { clusterOf } from '../../protocol/handler.ts';
import type { ChunkOutput } from '../../protocol/records.ts';
import { askLocal } from '../chunk/ask-local.ts';
import type { ChunkOutcome } from '../chunk/chunk-query.ts';
import { groundOutput, type Question, signatureOf } from '../chunk/question.ts';
import { deliver } from '../chunk/verdict.ts';
import { confirmedBy, Voice } from '../chunk/voice.ts';
import type { Fragment } from '../cut/fragments.ts';
import type { RunContext } from './context.ts';
import type { KnownAnswer } from './known-chunks.ts';

function readOutput(question: Question, bytes: Uint8Array): ChunkOutput | undefined {
  try {
    return signatureOf(question).output.safeParse(JSON.parse(Buffer.from(bytes).toString())).data;
  } catch {
    return undefined; // a payload that is no JSON is no answer: the chunk is asked of this machine
  }
}

export class AnswersBefore {
  readonly #context: RunContext;
  /** Provider → its cluster, as far as it announces itself now. */
  #clusters: ReadonlyMap<string, string> | undefined;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Undefined where there is none. What was bought is not bought again: where it was lost, this machine answers. */
  async of(fragment: Fragment): Promise<ChunkOutcome | undefined> {
    const answer = this.#context.request.resumption?.known.answer(fragment.index);
    if (answer === undefined) return undefined;
    const output = await this.#read(answer.outputHash);
    return output === undefined ? this.#anew(fragment) : this.#recall(fragment, answer, output);
  }

  /** Undefined for a payload that was lost or damaged. */
  async #read(hash: string): Promise<ChunkOutput | undefined> {
    const bytes = await this.#context.request.resumption?.payload(hash);
    return bytes !== undefined && sha256Hex(bytes) === hash ? readOutput(this.#context.question, bytes) : undefined;
  }

  async #anew(fragment: Fragment): Promise<ChunkOutcome> {
    const context = this.#context;
    void context.emitter.emit({ type: 'FallbackLocal', chunk: fragment.index, reason: 'answer-lost' });
    const own = await askLocal(context, fragment, 0);
    if (typeof own !== 'object') return 'unanswered';
    await deliver(context, fragment, { answer: own, voices: [], by: 'local' });
    return own;
  }

  async #recall(fragment: Fragment, answer: KnownAnswer, returned: ChunkOutput): Promise<ChunkOutcome> {
    const { queryId, model, outputHash, isLocal, agreeing, linesDropped } = answer;
    const { tier, trust, question } = this.#context;
    const { output, grounded: findings, dropped } = groundOutput(question, returned, fragment);
    const said = { queryId, chunk: fragment.index, output, outputHash, findings, dropped, model, latencyMs: 0 };
    if (tier.keepsRecords && !isLocal) {
      // Its own provider first: it is the one whose answer can be read.
      const voices = agreeing.map((provider) => new Voice({ ...said, provider, cluster: this.#clusterOf(provider) }));
      trust.recall(fragment.index, voices);
    }
    const others = await Promise.all(answer.confirmedBy.map((hash) => this.#read(hash)));
    const confirmed = confirmedBy(
      { findings, model },
      others.filter((other) => other !== undefined),
    );
    return linesDropped === 0 ? confirmed : { ...confirmed, linesDropped };
  }

  #clusterOf(provider: string): string {
    this.#clusters ??= new Map(this.#context.market?.offers().map((offer) => [offer.provider, clusterOf(offer)]));
    return this.#clusters.get(provider) ?? provider;
  }
}
