// A small world for a night: examples, a search that finds one winner, a gate, canaries and a pointer, all in memory and each write whole. A
// write can be the last thing that happens before the process dies; what was written before it stays.
import type { Asked, Asking, NightDesks, SearchRequest } from '../../dse/overnight/desks.ts';
import type { NightPorts } from '../../dse/overnight/night.ts';
import type { CompiledArtifact, PointerRow } from '../../protocol/dse/artifact.ts';
import type { Canary, CanaryPlan } from '../../protocol/dse/canary.ts';
import { beginCanary, foldReceipt, isLive } from '../../protocol/dse/canary-fold.ts';
import { type Night, type NightId, nightRequestSchema, nightSchema } from '../../protocol/dse/overnight.ts';
import type { Promotion } from '../../protocol/dse/promotion.ts';
import { PylonError } from '../../protocol/errors.ts';
import { seededRandom } from './seeded-random.ts';
import { microtasks, VirtualClock } from './virtual-clock.ts';

export const SIGNATURE = '@pylon/rlm/SelectStrategy.v1';
export const WINNER = 'a'.repeat(64);
const HASH = 'b'.repeat(64);

/** Where a process dies: at this write, before it is done or after. */
export interface Death {
  readonly write: number;
  readonly moment: 'before' | 'after';
}

export interface World {
  examples: number;
  /** Null where the search finds nothing better. */
  winner: string | null;
  verdict: Promotion['verdict'];
  /** Chance that a prediction fails, by artifact. */
  errorRates: Record<string, number>;
  /** Share of predictions that are right, by artifact. */
  scores: Record<string, number>;
  /** What predictions are made by, whatever is in force. */
  predictedBy?: string;
  /** Each prediction takes so long. */
  predictionMs: number;
  askFails?: PylonError;
}

export class Dead extends Error {}

export class NightStage {
  readonly clock = new VirtualClock(undefined, microtasks);
  readonly world: World = {
    examples: 120,
    winner: WINNER,
    verdict: 'promote',
    errorRates: {},
    scores: { default: 0.5, [WINNER]: 0.9 },
    predictionMs: 100,
  };
  readonly pointers: PointerRow[] = [];
  readonly canaries = new Map<string, Canary>();
  readonly promotions = new Map<string, Promotion>();
  /** Looks at the holdout. */
  looks = 0;
  readonly searches = new Set<string>();
  readonly runs = new Map<string, Asked & { exampleId: string; experiment: string }>();
  kept: Night | undefined;
  writes = 0;
  death: Death | undefined;
  #made = 0;

  request(change: object = {}) {
    return nightRequestSchema.parse({
      signatureId: SIGNATURE,
      untilMs: this.clock.now() + 3_600_000,
      probes: 5,
      ...change,
    });
  }

  get active(): string {
    return this.pointers.at(-1)?.compiled_id ?? 'default';
  }

  get ports(): NightPorts {
    const keep = (night: Night) =>
      this.#write(() => {
        this.kept = nightSchema.parse(night);
      });
    return { clock: this.clock, book: { keep }, desks: this.desks };
  }

  readonly desks: NightDesks = {
    active: async () => this.active,
    artifact: async (id) => ({ compiled_id: id, hashes: { params: paramsOf(id) } }) as CompiledArtifact,
    examples: async () =>
      Array.from({ length: this.world.examples }, (_, at) => ({
        exampleId: idOf(at),
        split: at % 2 === 0 ? ('dev' as const) : ('train' as const),
      })),
    mine: async () => ({ exampleIds: [idOf(0)], note: 'one' }),
    search: (asked) => this.#search(asked),
    gate: (compiledId) => this.#gate(compiledId, true),
    promote: (compiledId) => this.#gate(compiledId, false),
    promotion: async (id) => this.promotions.get(id)!,
    startCanary: (plan) => this.#startCanary(plan),
    canaries: async () => [...this.canaries.values()].reverse(),
    stopCanary: (_, reason) => this.#stopCanary(reason),
    history: async () => [...this.pointers].reverse(),
    rollback: (_, reason) => this.#move('rollback', 'default', null, reason),
    ask: (_, exampleId, asking) => this.#ask(exampleId, asking),
  };

  has({ kind, id }: NightId): boolean {
    if (kind === 'run') return this.runs.has(id);
    if (kind === 'receipt') return [...this.runs.values()].some(({ madeBy }) => madeBy?.receiptId === id);
    if (kind === 'report') return this.searches.has(id);
    if (kind === 'promotion') return this.promotions.has(id);
    if (kind === 'canary') return this.canaries.has(id);
    return kind === 'artifact' ? id === this.world.winner : Number(id.slice(2)) < this.world.examples;
  }

  async #write<Result>(change: () => Result): Promise<Result> {
    this.writes++;
    const { write, moment } = this.death ?? { write: Number.POSITIVE_INFINITY };
    if (this.writes > write || (this.writes === write && moment === 'before')) this.#die();
    const result = change();
    if (this.writes === write) this.#die();
    return result;
  }

  #die(): never {
    throw new PylonError('store-failed', { reason: 'the process died', cause: new Dead() });
  }

  #id(): string {
    return `${'0'.repeat(20)}${String(++this.#made).padStart(6, '0')}`;
  }

  #search({ maxMsat, maxTimeMs }: SearchRequest) {
    const reportId = `report ${maxMsat} ${maxTimeMs}`;
    return this.#write(() => {
      this.searches.add(reportId);
      return { reportId, compiledId: this.world.winner, costMsat: 0, note: 'searched' };
    });
  }

  async #gate(compiledId: string, isMeasured: boolean): Promise<Promotion> {
    const found = [...this.promotions.values()].find(({ candidate }) => candidate.compiled_id === compiledId);
    const movedPointer = !isMeasured && (found?.verdict ?? this.world.verdict) === 'promote';
    if (this.active === compiledId) throw new PylonError('already-active', { value: compiledId });
    if (found !== undefined && !movedPointer) return found;
    const promotion = {
      ...found,
      promotionId: this.#id(),
      signatureId: SIGNATURE,
      baseline: { compiled_id: this.active },
      candidate: { compiled_id: compiledId },
      verdict: this.world.verdict,
      reason: `the gate says ${this.world.verdict}`,
      override: null,
      movedPointer,
    } as Promotion;
    return this.#write(() => {
      this.promotions.set(promotion.promotionId, promotion);
      if (found === undefined) this.looks++;
      if (movedPointer) this.pointers.push(this.#row('promote', compiledId, promotion.promotionId, 'better'));
      return promotion;
    });
  }

  #row(action: PointerRow['action'], compiled_id: string, promotionId: string | null, reason: string): PointerRow {
    const at = { revision: this.pointers.length, atMs: this.clock.now(), previous: this.active };
    return { signatureId: SIGNATURE, action, compiled_id, promotionId, reason, ...at };
  }

  #move(action: PointerRow['action'], compiledId: string, promotionId: string | null, reason: string) {
    const row = this.#row(action, compiledId, promotionId, reason);
    return this.#write(() => {
      this.pointers.push(row);
      return row;
    });
  }

  get #live(): Canary | undefined {
    return [...this.canaries.values()].find(isLive);
  }

  async #startCanary(plan: CanaryPlan): Promise<Canary> {
    if (this.#live !== undefined) throw new PylonError('request-invalid', { reason: 'another canary runs' });
    const begun = beginCanary(plan, { canaryId: this.#id(), controlId: this.active, nowMs: this.clock.now() });
    return this.#write(() => {
      this.canaries.set(begun.canaryId, begun);
      return begun;
    });
  }

  #stopCanary(reason: string): Promise<Canary> {
    const live = this.#live!;
    const ended: Canary = { ...live, status: 'stopped', endedAtMs: this.clock.now(), reason };
    return this.#write(() => {
      this.canaries.set(live.canaryId, ended);
      return ended;
    });
  }

  async #ask(exampleId: string, { experiment }: Asking): Promise<Asked> {
    if (this.world.askFails !== undefined) throw this.world.askFails;
    this.clock.jump(this.world.predictionMs);
    const chance = seededRandom(Number(exampleId.slice(2)) + 1);
    const canary = this.#live;
    const isCanary = canary !== undefined && chance.fraction() * 100 < canary.plan.rolloutPct;
    const by = this.world.predictedBy ?? (isCanary ? canary.plan.canary_compiled_id : this.active);
    const isError = chance.fraction() < (this.world.errorRates[by] ?? 0);
    const isRight = chance.fraction() < (this.world.scores[by] ?? 0);
    const runId = this.#id();
    const madeBy = { receiptId: `receipt ${runId}`, compiled_id: by, params: paramsOf(by) };
    const asked = { runId, madeBy, score: isError ? null : Number(isRight), costMsat: 10 };
    return this.#write(() => {
      this.runs.set(runId, { ...asked, exampleId, experiment });
      if (canary !== undefined) {
        const arm = isCanary ? ('canary' as const) : ('control' as const);
        const outcome = { arm, isError, isTrouble: false };
        this.canaries.set(canary.canaryId, foldReceipt(canary, outcome, this.clock.now()));
      }
      return asked;
    });
  }
}

const idOf = (at: number) => `x-${String(at).padStart(4, '0')}`;

/** A hash that is the artifact's own. */
const paramsOf = (compiledId: string) => (compiledId === WINNER ? HASH : 'c'.repeat(64));
