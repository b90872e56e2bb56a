// What a simulated world is like: who is in it, how the network is, what is asked, and with which scheme. One plain object,
// so that it can be printed with the seed and run again.
import type { Behaviour } from './behaviours.ts';

/** How results are checked and how lateness is met: ours, or what it is compared with. */
export const SCHEMES = ['ours', 'vote-2of3', 'no-hedge'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** From `fromMs` to `toMs` of the run's time nothing passes; `region` undefined cuts all. */
export interface Partition {
  readonly fromMs: number;
  readonly toMs: number;
  readonly region?: number;
}

export interface Network {
  /** Regions are one-way delays apart: the medians, in ms; a message takes the longer way where it crosses. */
  readonly regionMs: readonly number[];
  /** Spread of the logarithm of a delay. */
  readonly jitter: number;
  /** Work that one machine does on each message, one after the other: what keeps a burst from arriving at once (ms). */
  readonly handlingMs: number;
  readonly loss: number;
  readonly duplication: number;
  /** Share of messages that are held back, and how long at most. */
  readonly reordering: number;
  readonly reorderingMs: number;
  readonly partitions: readonly Partition[];
  /** Largest message the relay takes, in bytes, and how many a second; what is more is refused. */
  readonly messageBytesMax: number;
  readonly messagesPerSecond: number;
}

export interface Scenario {
  readonly seed: number;
  readonly runs: number;
  readonly chunks: number;
  readonly providers: number;
  /** Share of providers that are as `behaviour` says. */
  readonly byzantine: number;
  readonly behaviour: Behaviour | 'mixed';
  /** How often a canary-detecting liar knows a canary. */
  readonly canaryDetect: number;
  /** Answers a sleeper gives honestly before it begins to lie. */
  readonly sleep: number;
  /** How often two honest providers say different things about the same chunk. */
  readonly honestDisagreement: number;
  /** Share of requests that take `stragglerFactor` times as long. */
  readonly stragglers: number;
  readonly stragglerFactor: number;
  readonly dead: number;
  readonly slow: number;
  readonly flaky: number;
  /** Median time of one job, in ms, and the spread of its logarithm from job to job and from provider to provider. */
  readonly serviceMs: number;
  readonly serviceSpread: number;
  readonly providerSpread: number;
  readonly network: Network;
  readonly scheme: Scheme;
  /** How results are checked, as `--verify` has it; a fixed vote has its own. */
  readonly tier: string;
  readonly fanout: number;
  readonly quorum: string;
  readonly budgetSats: number;
  readonly timeoutMs: number;
  readonly deadlineMs: number | undefined;
  /** Every provider leaves at this time of the first run. */
  readonly vanishAtMs: number | undefined;
  /** The conductor's wall clock jumps forwards, or its machine sleeps: when, and how far. */
  readonly jump: { readonly kind: 'set' | 'sleep'; readonly atMs: number; readonly byMs: number } | undefined;
}

/** A network without faults: one region, a relay two milliseconds away in the median. */
export const CALM: Network = {
  regionMs: [2],
  jitter: 0.3,
  handlingMs: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderingMs: 0,
  partitions: [],
  messageBytesMax: 65_536,
  messagesPerSecond: Number.POSITIVE_INFINITY,
};

export const SCENARIO: Scenario = {
  seed: 1,
  runs: 1,
  chunks: 32,
  providers: 200,
  byzantine: 0,
  behaviour: 'colluding',
  canaryDetect: 0,
  sleep: 20,
  honestDisagreement: 0.03,
  stragglers: 0,
  stragglerFactor: 10,
  dead: 0,
  slow: 0,
  flaky: 0,
  serviceMs: 200,
  serviceSpread: 0.25,
  providerSpread: 0.2,
  network: CALM,
  scheme: 'ours',
  tier: 'none',
  fanout: 32,
  quorum: 'all',
  budgetSats: 1_000_000,
  timeoutMs: 60_000,
  deadlineMs: undefined,
  vanishAtMs: undefined,
  jump: undefined,
};
