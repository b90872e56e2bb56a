// A till for each kind of session: a swarm to ask, and who pays it. Embedded, the hub's play money pays our own providers;
// elsewhere the connected wallet pays, or nobody, and then it is said.
import { PylonError } from '../../protocol/errors.ts';
import type { Offer } from '../../protocol/handler.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { ChosenBackend } from '../backends/choose.ts';
import type { RunOptions } from '../settings/run-options.ts';
import { OnceEach } from './once-each.ts';
import type { EngineOptions } from './port.ts';
import { type EmbeddedNode, openEmbeddedSession, openSession, type Session } from './session.ts';
import type { Payers, Purse, Treasury } from './treasury.ts';

export interface Till {
  readonly session: Session;
  /** Absent where no wallet is connected. */
  readonly purse?: Purse;
  readonly payers?: Payers;
}

export class Tills {
  readonly #options: EngineOptions;
  readonly #treasury: Treasury;
  readonly #opened = new OnceEach<Till>();

  constructor(options: EngineOptions, treasury: Treasury) {
    this.#options = options;
    this.#treasury = treasury;
  }

  /** Opened once for all runs that ask for the same. @throws PylonError `relay-*` | `wallet-*` | `store-*` */
  open(options: RunOptions, chosen: ChosenBackend): Promise<Till> {
    const { relays, providers } = options;
    if (relays.length > 0)
      return this.#opened.get(JSON.stringify([relays, options.public]), () => this.#elsewhere(relays, options.public));
    return this.#opened.get(JSON.stringify([providers, chosen.backend.name]), () => this.#embedded(providers, chosen));
  }

  /** What this provider announces now to any swarm that was asked. */
  async offerOf(provider: string): Promise<Offer | undefined> {
    const tills = await this.#opened.all();
    return tills.flatMap(({ session }) => session.market.offers()).find((offer) => offer.provider === provider);
  }

  /** What may be spent: the budget, or what the wallet has left when that is less, and then it is said. */
  async budgetSats({ budget_sats }: RunOptions, { purse }: Till): Promise<number> {
    if (purse === undefined || budget_sats === 0) return budget_sats;
    const spendableSats = Math.floor((await this.#treasury.spendableMsat(purse)) / 1_000);
    if (spendableSats >= budget_sats) return budget_sats;
    this.#options.notice(`the wallet has ${spendableSats} sats left to spend: that is the budget, not ${budget_sats}`);
    return spendableSats;
  }

  /** Where nobody can pay, what is owed stays owed. */
  tellUnpaid({ payers }: Till, { metrics }: RunRecord): void {
    if (payers !== undefined || metrics.cost_msat === 0) return;
    const { reason, next } = new PylonError('wallet-missing');
    this.#options.notice(`${metrics.cost_msat / 1_000} sats are owed to providers, but ${reason}: ${next}`);
  }

  async close(): Promise<void> {
    await Promise.all((await this.#opened.all()).map(({ session }) => session.close()));
  }

  async #elsewhere(relays: readonly string[], isPublic: boolean): Promise<Till> {
    const purse = await this.#treasury.connectedPurse();
    const keys = await this.#options.identity();
    return this.#till(await openSession(this.#options, relays, keys, isPublic), keys, purse);
  }

  async #embedded(providers: number, { backend }: ChosenBackend): Promise<Till> {
    const root = await this.#treasury.embedded();
    const purse = await this.#treasury.hubPurse();
    const nodes = await Promise.all(Array.from({ length: providers }, (_, index) => this.#node(root, index)));
    const keys = root.derive('asker');
    return this.#till(await openEmbeddedSession(this.#options, backend, keys, nodes), keys, purse);
  }

  /** Its key is derived, so that what it earned is found again. */
  async #node(root: KeyPair, index: number): Promise<EmbeddedNode> {
    const keys = root.derive(`embedded provider ${index + 1}`);
    return { keys, billing: await this.#treasury.embeddedBilling(keys.publicKey) };
  }

  #till(session: Session, keys: KeyPair, purse: Purse | undefined): Till {
    if (purse === undefined) return { session };
    return { session, purse, payers: this.#treasury.payers(purse, session.market, keys) };
  }
}
