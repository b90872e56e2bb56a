// Monte Carlo of the panel: the same panel, trust and canaries as in a run, without a conductor round them, so that thousands of
// chunks a second can be asked. Seeded; swarm-wide figures come out.

import { CanaryPool } from '../../../conductor/verify/canary.ts';
import { CredibilityPanel } from '../../../conductor/verify/credibility.ts';
import { agreeOutputs } from '../../../conductor/verify/output-agreement.ts';
import { type Ballot, FixedVote, type Panel } from '../../../conductor/verify/panel.ts';
import { Trust } from '../../../conductor/verify/trust.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { answerOf, type Habits, isLie, type Kind, type Stranger, TRUE } from './world.ts';

export interface RoundsOptions extends Partial<Habits> {
  readonly seed: number;
  readonly providers?: number;
  readonly chunks?: number;
  readonly bad?: Partial<Record<Exclude<Kind, 'honest'>, number>>;
  readonly scheme?: 'ours' | 'vote-2of3';
  /** The market prefers those it trusts this often. */
  readonly preference?: number;
}

export interface Figures {
  readonly falseAccepts: number;
  readonly falseAcceptRate: number;
  readonly executionsPerChunk: number;
  readonly canaries: number;
  readonly local: number;
  readonly unanswered: number;
  readonly reopened: number;
  readonly checked: number;
  readonly honestRejectedRate: number;
  readonly honestStruck: number;
  readonly liesPaidMost: number;
  readonly caught: number;
}

interface Said extends Ballot {
  readonly chunk: number;
}

/** Canaries sent on the way to one voice, as in a run. */
const DIVERTED_MAX = 3;

class Rounds {
  readonly #options: RoundsOptions;
  readonly #habits: Habits;
  readonly #fraction: () => number;
  readonly #trust = new Trust<Said>();
  readonly #canaries = new CanaryPool<number>();
  readonly #strangers: Stranger[] = [];
  readonly #byKey = new Map<string, Stranger>();
  readonly #accepted: boolean[] = [];
  #keys = 0;
  #executions = 0;
  #canariesAsked = 0;
  #local = 0;
  #unanswered = 0;
  #reopened = 0;
  #checked = 0;
  #honestVoices = 0;
  #honestRejected = 0;

  constructor(options: RoundsOptions) {
    this.#options = options;
    const { deviation = 0.015, canaryDetect = 0, sleeps = 30 } = options;
    this.#habits = { deviation, canaryDetect, sleeps };
    const random = seededRandom(options.seed);
    this.#fraction = () => random.fraction();
    const { providers = 200, bad = {} } = options;
    const kinds = Object.entries(bad).flatMap(([kind, share]) =>
      Array.from({ length: Math.round(share * providers) }, () => kind as Kind),
    );
    for (let index = 0; index < providers; index++) this.#join(kinds[index] ?? 'honest');
  }

  run(): Figures {
    const { chunks = 10_000, providers = 200 } = this.#options;
    for (let chunk = 0; chunk < chunks; chunk++) this.#decide(chunk);
    for (const voice of this.#trust.takeUnchecked(this.#fraction)) {
      this.#checked++;
      this.#decide(voice.chunk, new CredibilityPanel(this.#trust, 0), [voice]);
    }
    for (let again = this.#trust.takeReopened(); again.size > 0; again = this.#trust.takeReopened()) {
      this.#reopened += again.size;
      for (const chunk of again) this.#decide(chunk, new CredibilityPanel(this.#trust, 0));
    }
    const falseAccepts = this.#accepted.filter((isTrue) => !isTrue).length;
    const all = [...this.#byKey.values()];
    return {
      falseAccepts,
      falseAcceptRate: falseAccepts / chunks,
      executionsPerChunk: this.#executions / chunks,
      canaries: this.#canariesAsked / this.#executions,
      local: this.#local / chunks,
      unanswered: this.#unanswered / chunks,
      reopened: this.#reopened,
      checked: this.#checked,
      honestRejectedRate: this.#honestRejected / this.#honestVoices,
      honestStruck: all.filter(({ key, kind }) => kind === 'honest' && this.#trust.isStruck(key)).length / providers,
      liesPaidMost: Math.max(0, ...all.map(({ liesPaid }) => liesPaid)),
      caught: all.filter(({ key, kind }) => kind !== 'honest' && this.#trust.isStruck(key)).length,
    };
  }

  #join(kind: Kind): Stranger {
    const stranger: Stranger = { key: `k${this.#keys++}`, kind, jobs: 0, liesPaid: 0, paid: 0 };
    this.#strangers.push(stranger);
    this.#byKey.set(stranger.key, stranger);
    return stranger;
  }

  #panel(): Panel {
    if (this.#options.scheme === 'vote-2of3') return new FixedVote(2, 3);
    return new CredibilityPanel(this.#trust, this.#fraction());
  }

  #decide(chunk: number, panel = this.#panel(), voices: Said[] = []): void {
    const asked = new Set<string>(voices.map(({ provider }) => provider));
    let diverted = 0;
    for (;;) {
      const stranger = this.#pick(asked);
      const decision = panel.decide({ voices, seats: [], placing: 0, isLate: false, canAsk: stranger !== undefined });
      if (decision.kind === 'ask' && stranger !== undefined) {
        asked.add(stranger.key);
        if (diverted < DIVERTED_MAX && this.#askCanary(stranger)) {
          diverted++;
          continue;
        }
        diverted = 0;
        const output = answerOf(stranger, false, this.#habits, this.#fraction);
        this.#executions++;
        const outputHash = output.findings[0]!.quote;
        voices.push({ provider: stranger.key, cluster: stranger.key, output, outputHash, chunk });
        continue;
      }
      if (decision.kind === 'accept') {
        const { agreeing, dissenting, answer } = decision;
        this.#accepted[chunk] = !isLie(answer.output);
        this.#close(chunk, agreeing, dissenting, 'panel');
        const clusters = agreeing.map(({ cluster }) => cluster);
        if (agreeing.length > 1) this.#canaries.add(chunk, answer.output, 'engine', clusters);
        return;
      }
      if (decision.kind === 'local') {
        this.#local++;
        this.#accepted[chunk] = true;
        const agreeing = voices.filter((voice) => agreeOutputs(voice.output, TRUE).agrees);
        const dissenting = voices.filter((voice) => !agreeing.includes(voice));
        this.#close(chunk, agreeing, dissenting, 'local');
        this.#canaries.add(
          chunk,
          TRUE,
          'engine',
          voices.map(({ cluster }) => cluster),
        );
        return;
      }
      this.#unanswered++;
      this.#accepted[chunk] = true;
      return;
    }
  }

  #close(chunk: number, agreeing: readonly Said[], dissenting: readonly Said[], by: 'panel' | 'local'): void {
    for (const voice of agreeing) this.#pay(this.#byKey.get(voice.provider)!, voice);
    for (const voice of [...agreeing, ...dissenting]) {
      if (this.#byKey.get(voice.provider)!.kind !== 'honest') continue;
      this.#honestVoices++;
      if (dissenting.includes(voice)) this.#honestRejected++;
    }
    if (this.#options.scheme !== 'vote-2of3') this.#trust.learn({ chunk, agreeing, dissenting, by });
    this.#whitewash(dissenting);
  }

  #pay(stranger: Stranger, voice: Ballot): void {
    stranger.paid++;
    if (isLie(voice.output)) stranger.liesPaid++;
  }

  #whitewash(dissenting: readonly Ballot[]): void {
    for (const { provider } of dissenting) {
      const stranger = this.#byKey.get(provider)!;
      if (stranger.kind === 'whitewashing' && this.#trust.isStruck(provider)) {
        this.#strangers.splice(this.#strangers.indexOf(stranger), 1);
        this.#join('whitewashing');
      }
    }
  }

  #askCanary(stranger: Stranger): boolean {
    if (this.#options.scheme === 'vote-2of3') return false;
    if (!this.#trust.wantsCanary(stranger.key, this.#fraction())) return false;
    const canary = this.#canaries.draw(stranger.key, 'engine', this.#fraction());
    if (canary === undefined) return false;
    this.#executions++;
    this.#canariesAsked++;
    const output = answerOf(stranger, true, this.#habits, this.#fraction);
    const isRight = agreeOutputs(output, canary.output).agrees;
    if (stranger.kind === 'honest') {
      this.#honestVoices++;
      if (!isRight) this.#honestRejected++;
    }
    if (isRight) stranger.paid++;
    this.#trust.learnCanary(stranger.key, isRight);
    const ballot = { provider: stranger.key, cluster: stranger.key, output, outputHash: '' };
    if (!isRight) this.#whitewash([ballot]);
    return true;
  }

  /** Somebody who is not struck and not asked yet; with some preference for the better of two. */
  #pick(asked: ReadonlySet<string>): Stranger | undefined {
    const one = this.#draw(asked);
    if (one === undefined || this.#fraction() >= (this.#options.preference ?? 0)) return one;
    const other = this.#draw(asked) ?? one;
    const credit = (stranger: Stranger) => this.#trust.standing(stranger.key).streak;
    return credit(other) > credit(one) ? other : one;
  }

  #draw(asked: ReadonlySet<string>): Stranger | undefined {
    for (let tries = 0; tries < 64; tries++) {
      const stranger = this.#strangers[Math.floor(this.#fraction() * this.#strangers.length)];
      if (stranger !== undefined && !asked.has(stranger.key) && !this.#trust.isStruck(stranger.key)) return stranger;
    }
    return undefined;
  }
}

export function rounds(options: RoundsOptions): Figures {
  return new Rounds(options).run();
}
