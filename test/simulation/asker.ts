// Somebody who asks and pays, with an engine in this process: where it is others who are killed, or where many ask at once.
import { balancesWithin, inflightAccount } from '../../ledger/book/accounts.ts';
import { openEngine } from '../../node/engine/engine.ts';
import type { Engine } from '../../node/engine/port.ts';
import { homePaths } from '../../node/home.ts';
import { toPylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { type AuditResult, audit } from './audit.ts';
import { capturedBook } from './captured-books.ts';
import { engineOptionsOf, runRequestOf } from './engine-options.ts';
import { elapsed } from './scaled-clock.ts';
import type { Scene } from './scene.ts';
import { walletClient } from './wallet-clients.ts';

/** Milliseconds of the simulation between two looks. */
const LOOK_MS = 250;

interface AskerParts {
  readonly scene: Scene;
  readonly home: string;
  /** Key by which the wallet knows it. */
  readonly payer: string;
  readonly engine: Engine;
  readonly told: string[];
}

export class Asker {
  readonly #parts: AskerParts;
  readonly #openedMs: number;

  private constructor(parts: AskerParts) {
    this.#parts = parts;
    this.#openedMs = parts.scene.clock.now();
  }

  /** @param wallet name of its connection; its own name unless told */
  static async open(scene: Scene, name: string, wallet = name): Promise<Asker> {
    const home = scene.newHome(name);
    const told: string[] = [];
    const wanted = { home, relayUrl: scene.relay.url, walletUri: scene.walletUri(wallet), time: scene.time };
    const engine = await openEngine(engineOptionsOf({ ...wanted, notice: (line) => void told.push(line) }));
    return new Asker({ scene, home, payer: walletClient(wallet), engine, told });
  }

  /** What the engine said, and why runs were refused. */
  get told(): readonly string[] {
    return this.#parts.told;
  }

  /** Undefined when the run was refused before it began. */
  async run(): Promise<RunRecord | undefined> {
    const { scene, engine, told } = this.#parts;
    try {
      const { finished } = await engine.start(
        runRequestOf(scene.relay.url, scene.inputPath),
        new AbortController().signal,
      );
      return await finished;
    } catch (thrown) {
      told.push(toPylonError(thrown).message);
      return undefined;
    }
  }

  /** More runs until nothing is owed any more: each pays what is owed. @returns false when that does not help */
  async settle(runsMax: number): Promise<boolean> {
    for (let made = 0; made < runsMax; made++) {
      await this.#rest();
      if (this.#sumWithin('payable/') === 0) return true;
      await this.run();
    }
    return false;
  }

  /** Closes it and audits what it did. */
  async close(): Promise<AuditResult> {
    const { engine, home, payer, scene } = this.#parts;
    await engine.close();
    return audit({ home, payer, openedMs: [this.#openedMs] }, scene.walletLog);
  }

  #sumWithin(prefix: string): number {
    const { rows } = capturedBook(homePaths.store(this.#parts.home));
    return [...balancesWithin(rows, prefix)].reduce((sum, [, msat]) => sum + msat, 0);
  }

  /** Until nothing is on its way. */
  async #rest(): Promise<void> {
    while (this.#sumWithin(inflightAccount('')) > 0) await elapsed(this.#parts.scene.clock, LOOK_MS);
  }
}
