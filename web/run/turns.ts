// Turns for what takes a while: one a frame, in the order in which they were asked for, so that no frame pays for two.

export interface Turn {
  /** Not before this, in ms on the page's own clock. */
  readonly dueMs: number;
  readonly take: () => void;
}

export interface TurnPorts {
  readonly nowMs: () => number;
  /** Calls back in a frame that begins after `delayMs` or later. */
  readonly inFrame: (delayMs: number, callback: () => void) => void;
}

export class Turns {
  readonly #ports: TurnPorts;
  readonly #waiting = new Set<Turn>();
  #isAsked = false;

  constructor(ports: TurnPorts) {
    this.#ports = ports;
  }

  /** It may come as late as the earliest of those that wait is due. */
  ask(turn: Turn): void {
    this.#waiting.add(turn);
    this.#askFrame();
  }

  drop(turn: Turn): void {
    this.#waiting.delete(turn);
  }

  #askFrame(): void {
    if (this.#isAsked || this.#waiting.size === 0) return;
    this.#isAsked = true;
    let dueMs = Number.POSITIVE_INFINITY;
    for (const turn of this.#waiting) dueMs = Math.min(dueMs, turn.dueMs);
    this.#ports.inFrame(Math.max(0, dueMs - this.#ports.nowMs()), () => this.#frame());
  }

  #frame(): void {
    this.#isAsked = false;
    const nowMs = this.#ports.nowMs();
    for (const turn of this.#waiting) {
      if (turn.dueMs > nowMs) continue;
      this.#waiting.delete(turn);
      turn.take();
      break;
    }
    this.#askFrame();
  }
}
