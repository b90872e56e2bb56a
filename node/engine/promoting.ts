// The gates of this process: the store's examples, artifacts and compiles put together for whoever wants something promoted.
import { defaultParams } from '../../conductor/signatures/catalogue.ts';
import { checkFits } from '../../dse/artifacts/fitness.ts';
import type { Compiling } from '../../dse/compile/compiling.ts';
import { datasetHash } from '../../dse/examples/dataset.ts';
import type { Examples } from '../../dse/examples/desk.ts';
import { heldOut } from '../../dse/examples/visible.ts';
import { type GatePorts, promote } from '../../dse/promote/promote.ts';
import { Compiles } from '../../ledger/dse/compiles.ts';
import { Promotions } from '../../ledger/dse/promotions.ts';
import type { Store } from '../../ledger/store/store.ts';
import { notKept } from '../../ledger/volatile/runs.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { Promotion } from '../../protocol/dse/promotion.ts';
import { reportIdOf } from '../../protocol/dse/report-id.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { ArtifactParts } from './artifacts.ts';
import type { EngineOptions } from './port.ts';
import type { PromotionDesk } from './promotion-port.ts';

export interface PromotingParts {
  readonly options: Pick<EngineOptions, 'clock' | 'random'>;
  readonly store: Store;
  readonly examples: Examples;
  readonly artifacts: ArtifactParts;
  readonly compiling: Compiling;
}

export class Promoting implements PromotionDesk {
  readonly #promotions: Promotions;
  readonly #ports: GatePorts;
  /** By what was asked: who asks the same while it is measured waits for the same. */
  readonly #running = new Map<string, Promise<Promotion>>();
  readonly #closing = new AbortController();

  constructor({ options, store, examples, artifacts, compiling }: PromotingParts) {
    const { stored, pointers, inForce } = artifacts;
    const compiles = new Compiles(store);
    this.#promotions = new Promotions(store, pointers);
    this.#ports = {
      ...options,
      promotions: this.#promotions,
      async artifact(given) {
        const artifact = await stored.read(given);
        checkFits(artifact);
        return artifact;
      },
      active(signatureId) {
        const compiledId = pointers.current(signatureId);
        const { params } = inForce.named(signatureId, compiledId) ?? defaultParams(signatureId);
        return { compiledId, params };
      },
      report: ({ jobHash, datasetHash: dataset }) => compiles.find(reportIdOf(jobHash, dataset)),
      async holdout(signatureId) {
        const all = await examples.of(signatureId);
        const held = heldOut(all);
        return { datasetHash: datasetHash(all), holdoutHash: datasetHash(held), examples: held };
      },
      evaluation: (job, by) => compiling.measure(job, by),
    };
  }

  promote(request: Parameters<PromotionDesk['promote']>[0], signal: AbortSignal): Promise<Promotion> {
    const key = canonicalHash(request);
    const known = this.#running.get(key);
    if (known !== undefined) return known;
    const running = promote(this.#ports, request, AbortSignal.any([signal, this.#closing.signal]));
    this.#running.set(key, running);
    return running.finally(() => this.#running.delete(key));
  }

  list(selection: Parameters<PromotionDesk['list']>[0]): ReturnType<PromotionDesk['list']> {
    return this.#promotions.page(selection);
  }

  read(promotionId: string): Promise<Promotion> {
    return this.#promotions.read(promotionId);
  }

  /** Ends what is measured, undecided. */
  async close(): Promise<void> {
    this.#closing.abort(new PylonError('interrupted', { reason: 'the gate was stopped; nothing was decided' }));
    await Promise.allSettled(this.#running.values());
  }
}

const refused = () => Promise.reject(notKept());

/** Where nothing is kept. */
export const NO_PROMOTIONS: PromotionDesk = { promote: refused, list: refused, read: refused };
