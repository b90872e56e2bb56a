// The engine of an MCP server: opened when something is asked, shared by what is asked meanwhile, and closed when nothing is. A program
// that keeps its server open all day must not keep the store of the home locked.
import type { Engine } from '../engine/port.ts';

export class SharedEngine {
  readonly #open: () => Promise<Engine>;
  #users = 0;
  #engine: Promise<Engine> | undefined;
  #closing: Promise<void> = Promise.resolve();
  readonly #work = new Set<Promise<unknown>>();

  constructor(open: () => Promise<Engine>) {
    this.#open = open;
  }

  /** @throws PylonError as the engine's opening does, or whatever the work throws */
  use<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
    const used = this.#use(work);
    const settled = used.then(
      () => undefined,
      () => undefined, // its caller hears of it
    );
    this.#work.add(settled);
    void settled.then(() => this.#work.delete(settled));
    return used;
  }

  /** Resolves when nothing is asked any more, and the engine is closed. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
    await this.#closing;
  }

  async #use<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
    this.#users++;
    this.#engine ??= this.#closing.then(() => this.#open());
    const engine = this.#engine;
    try {
      return await work(await engine);
    } finally {
      if (--this.#users === 0) await this.#close(engine);
    }
  }

  async #close(engine: Promise<Engine>): Promise<void> {
    this.#engine = undefined;
    const closing = engine.then(
      (opened) => opened.close(),
      () => undefined, // it was never opened, which those who asked were told
    );
    this.#closing = closing;
    await closing;
  }
}
