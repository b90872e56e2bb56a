// One answer, raced for by a job and its hedges: the first that answers wins, and the others are cancelled. A failure ends
// the race only when nobody else is running.
import type { Clock } from '../ports.ts';
import type { VoicePace } from './hedge.ts';

/** A job under way. */
export interface Runner<Outcome> {
  readonly outcome: Promise<Outcome>;
  /** It is not wanted any more. Its outcome still comes. */
  cancel(): void;
}

export interface RaceRules<Outcome> {
  readonly clock: Clock;
  readonly pace: VoicePace;
  /** Asks somebody else as well; undefined when nobody can begin at once. */
  another(): Runner<Outcome> | undefined;
  isAnswer(outcome: Outcome): boolean;
  /** It is time to do it locally; the race goes on meanwhile. */
  goLocal(): void;
  /** A runner that lost, cancelled: what still comes of it MUST be put in order. */
  lost(outcome: Promise<Outcome>): void;
}

/** @returns the first answer, or how the last runner failed. @throws what a runner throws */
export async function race<Outcome>(first: Runner<Outcome>, rules: RaceRules<Outcome>): Promise<Outcome> {
  const running = new Set<Runner<Outcome>>();
  const finished: Runner<Outcome>[] = [];
  let wake: () => void = () => {};
  const start = (runner: Runner<Outcome>) => {
    running.add(runner);
    const finish = () => {
      finished.push(runner);
      wake();
    };
    runner.outcome.then(finish, finish);
  };
  /** Resolves when a runner has finished, or when it is time to look again. */
  const news = async (untilMs: number) => {
    await new Promise<void>((resolve) => {
      const delayMs = Math.ceil(untilMs - rules.clock.now()); // clocks count whole milliseconds
      const stop = Number.isFinite(delayMs) ? rules.clock.after(delayMs, resolve) : undefined;
      wake = () => {
        stop?.();
        resolve();
      };
    });
    wake = () => {};
  };
  start(first);
  try {
    for (;;) {
      const runner = finished.shift();
      if (runner !== undefined) {
        running.delete(runner);
        const outcome = await runner.outcome;
        if (rules.isAnswer(outcome) || running.size === 0) return outcome;
        continue;
      }
      const step = rules.pace.next();
      if (step.do === 'local') rules.goLocal();
      else if (step.do === 'wait') await news(step.untilMs);
      else {
        const another = rules.another();
        if (another === undefined) rules.pace.notHedged();
        else start(another);
      }
    }
  } finally {
    for (const runner of running) {
      runner.cancel();
      rules.lost(runner.outcome);
    }
  }
}
