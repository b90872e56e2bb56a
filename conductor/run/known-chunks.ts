// What a run's trace says of its chunks: which were cut, and which have an answer that counts. An answer counts when it was
// accepted, and its work is owed or was free; what came in and was not settled is asked again, and was never bought.
import { tellsAccepted } from '../../protocol/fold-answers.ts';
import type { SpanRef } from '../../protocol/span.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

type EventOf<Type extends TraceEvent['type']> = Extract<TraceEvent, { type: Type }>;

interface KnownQuery {
  readonly id: string;
  readonly chunk: number;
  /** Hex key, or the local backend's name. */
  readonly provider: string;
  readonly isLocal: boolean;
  readonly isFree: boolean;
  readonly isCanary: boolean;
  isSettled: boolean;
  outputHash: string | undefined;
  model: string;
}

/** An answer by the name of its payload, who is said to have made it, and on whose word it stands. */
export interface KnownAnswer {
  readonly queryId: string;
  readonly provider: string;
  /** Our own computation: it stands by itself. */
  readonly isLocal: boolean;
  readonly outputHash: string;
  readonly model: string;
  /** Those who said the same, its own provider among them. */
  readonly agreeing: readonly string[];
  /** Names of the payloads of the others who said the same; none where the answer was put together from theirs. */
  readonly confirmedBy: readonly string[];
  /** Lines of records that were left out, because too few said the same of them. */
  readonly linesDropped: number;
}

/** A step of an interrupted exploration, as its event tells it. */
interface KnownStep {
  /** The payload with what was told in it. */
  readonly stepHash: string | undefined;
  /** What it cost is told by a receipt already. */
  readonly isCounted: boolean;
}

/** Feed it every event of a trace, in order. */
export class KnownChunks {
  readonly #spans = new Map<number, SpanRef>();
  readonly #fanOuts = new Map<number, { readonly key: string; readonly first: number }>();
  #end = 0;
  readonly #steps: { readonly stepHash: string | undefined; readonly receiptId: string | undefined }[] = [];
  readonly #receipts = new Set<string>();
  readonly #queries = new Map<string, KnownQuery>();
  /** Chunk → the query whose answer was accepted; it may not be settled yet. */
  readonly #accepted = new Map<number, string>();
  /** Chunk → the payload that counts as its answer, where no single one does. */
  readonly #merged = new Map<number, string>();
  /** Chunk → lines that its latest verdict left out. */
  readonly #linesDropped = new Map<number, number>();
  /** Chunk → the queries that said the same, by its latest verdict. */
  readonly #agreeing = new Map<number, readonly string[]>();
  #tellsAccepted = false;
  #model = '';

  observe(event: TraceEvent): void {
    switch (event.type) {
      case 'RunInit':
        this.#tellsAccepted = tellsAccepted(event.config);
        this.#model = event.config.model;
        break;
      case 'EnvLoadFragment':
        this.#spans.set(event.chunk, event.span);
        this.#end = Math.max(this.#end, event.chunk + 1);
        break;
      case 'EnvFanOut':
        this.#fanOuts.set(event.pass, { key: event.key, first: event.first_chunk });
        this.#end = Math.max(this.#end, event.first_chunk);
        break;
      case 'RlmIteration':
        if (event.action !== 'Rank') this.#steps.push({ stepHash: event.step_hash, receiptId: event.receipt_id });
        break;
      case 'Predict':
        if (event.receipt_id !== undefined) this.#receipts.add(event.receipt_id);
        break;
      case 'SubQuerySubmit':
        this.#submit(event);
        break;
      case 'SubQueryReturn':
        this.#return(event);
        break;
      case 'BudgetSettle':
        this.#settle(event);
        break;
      case 'VerifyRedundant':
        if (event.verdict !== 'canary') this.#compare(event);
        break;
      case 'VerifyAccept':
        this.#accepted.set(event.chunk, event.query_id);
        if (event.output_hash === undefined) this.#merged.delete(event.chunk);
        else this.#merged.set(event.chunk, event.output_hash);
        break;
      case 'VerifyReopen':
        this.#accepted.delete(event.chunk);
        this.#agreeing.delete(event.chunk);
        break;
    }
  }

  /** The place of a chunk, where it was cut before. */
  span(chunk: number): SpanRef | undefined {
    return this.#spans.get(chunk);
  }

  /** What no chunk is numbered by yet, nor any above it. */
  get end(): number {
    return this.#end;
  }

  /** How many fan-outs were begun. */
  get fanOuts(): number {
    return this.#fanOuts.size;
  }

  /** A fan-out of an exploration; `end` where another one followed it: its chunks are numbered below. */
  fanOut(pass: number): { readonly key: string; readonly first: number; readonly end: number | undefined } | undefined {
    const begun = this.#fanOuts.get(pass);
    return begun === undefined ? undefined : { ...begun, end: this.#fanOuts.get(pass + 1)?.first };
  }

  /** The steps of its exploration, in order. */
  steps(): KnownStep[] {
    return this.#steps.map(({ stepHash, receiptId }) => ({
      stepHash,
      isCounted: receiptId !== undefined && this.#receipts.has(receiptId),
    }));
  }

  /** How many chunks were cut. */
  get cut(): number {
    return this.#spans.size;
  }

  /** Numbers of the chunks that have an answer that counts. */
  *chunks(): Generator<number> {
    for (const chunk of this.#accepted.keys()) if (this.answer(chunk) !== undefined) yield chunk;
  }

  answer(chunk: number): KnownAnswer | undefined {
    const query = this.#queries.get(this.#accepted.get(chunk) ?? '');
    if (query?.outputHash === undefined) return undefined;
    const { id: queryId, provider, isLocal, outputHash, model } = query;
    const agreeing = this.#agreeingWith(query);
    // Where one of those who say the same is paid, the answer is bought, whoever of them is called its author.
    if (!agreeing.some(({ isFree, isSettled }) => isFree || isSettled)) return undefined;
    const providers = agreeing.filter((voice) => !voice.isLocal).map((voice) => voice.provider);
    const merged = this.#merged.get(chunk);
    const said = {
      queryId,
      provider,
      isLocal,
      model,
      agreeing: providers,
      linesDropped: this.#linesDropped.get(chunk) ?? 0,
    };
    if (merged !== undefined) return { ...said, outputHash: merged, confirmedBy: [] };
    const confirmedBy = agreeing.flatMap((voice) => (voice === query ? [] : (voice.outputHash ?? [])));
    return { ...said, outputHash, confirmedBy };
  }

  #agreeingWith(query: KnownQuery): KnownQuery[] {
    const ids = this.#agreeing.get(query.chunk) ?? [];
    const others = ids.filter((id) => id !== query.id).flatMap((id) => this.#queries.get(id) ?? []);
    return [query, ...others];
  }

  #compare({ chunk, agreeing, lines_dropped: dropped = 0 }: EventOf<'VerifyRedundant'>): void {
    if (agreeing !== undefined) this.#agreeing.set(chunk, agreeing);
    if (dropped > 0) this.#linesDropped.set(chunk, dropped);
    else this.#linesDropped.delete(chunk);
  }

  #submit({ query_id: id, chunk, provider, venue, price_msat, canary }: EventOf<'SubQuerySubmit'>): void {
    const [isLocal, isFree, isCanary] = [venue === 'Local', price_msat === 0, canary === true];
    const fresh = { isSettled: false, outputHash: undefined, model: this.#model };
    this.#queries.set(id, { id, chunk, provider, isLocal, isFree, isCanary, ...fresh });
  }

  #return({ query_id, ok, output_hash, model }: EventOf<'SubQueryReturn'>): void {
    const query = this.#queries.get(query_id);
    if (query === undefined || !ok || output_hash === undefined) return;
    query.outputHash = output_hash;
    if (model !== undefined) query.model = model;
    this.#count(query);
  }

  #settle({ query_id }: EventOf<'BudgetSettle'>): void {
    const query = this.#queries.get(query_id);
    if (query === undefined) return;
    query.isSettled = true;
    this.#count(query);
  }

  /** Where nobody checks answers, the first that counts is the chunk's answer, and stays it. */
  #count({ id, chunk, isFree, isSettled, isCanary, outputHash }: KnownQuery): void {
    if (this.#tellsAccepted || isCanary || outputHash === undefined || !(isFree || isSettled)) return;
    if (!this.#accepted.has(chunk)) this.#accepted.set(chunk, id);
  }
}
