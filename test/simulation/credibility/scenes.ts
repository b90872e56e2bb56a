// The attacks that the panel is held against, and the figures of several seeds of one of them together.
import { type Figures, type RoundsOptions, rounds } from './rounds.ts';

export type Scene = Omit<RoundsOptions, 'seed'>;

/** 30 % are against us, in every way we know; shares of all providers. */
export const ATTACKS: Readonly<Record<string, Scene>> = {
  'all tell the same lie': { bad: { colluding: 0.3 } },
  'all tell the same lie, and know 9 of 10 canaries': { bad: { colluding: 0.3 }, canaryDetect: 0.9 },
  'all tell the same lie, and know every canary': { bad: { colluding: 0.3 }, canaryDetect: 1 },
  'honest until they are trusted': { bad: { sleeping: 0.3 } },
  'honest until they are trusted, and know 9 of 10 canaries': { bad: { sleeping: 0.3 }, canaryDetect: 0.9 },
  'each comes back under a new key when it was caught': { bad: { whitewashing: 0.3 } },
};

/** 10 % are: some collude, some lie each for itself, some wait. */
export const FEW: Scene = { bad: { colluding: 0.04, lying: 0.03, sleeping: 0.03 } };

/** Upper bound of a share, with 95 % confidence (Wilson, one-sided). */
export function upper95(hits: number, of: number): number {
  const z = 1.645;
  const share = hits / of;
  const middle = share + (z * z) / (2 * of);
  const width = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return (middle + width) / (1 + (z * z) / of);
}

export interface Totals {
  readonly falseAcceptRate: number;
  readonly falseAcceptUpper95: number;
  readonly executionsPerChunk: number;
  readonly canaryShare: number;
  readonly honestRejectedRate: number;
  readonly localRate: number;
  readonly liesPaidMost: number;
}

export function play(scene: Scene, seeds: readonly number[]): Totals {
  const { chunks = 10_000 } = scene;
  const all = seeds.map((seed) => rounds({ ...scene, seed }));
  const mean = (of: (figures: Figures) => number) => all.reduce((sum, figures) => sum + of(figures), 0) / all.length;
  const falseAccepts = all.reduce((sum, figures) => sum + figures.falseAccepts, 0);
  return {
    falseAcceptRate: falseAccepts / (chunks * seeds.length),
    falseAcceptUpper95: upper95(falseAccepts, chunks * seeds.length),
    executionsPerChunk: mean((figures) => figures.executionsPerChunk),
    canaryShare: mean((figures) => figures.canaries),
    honestRejectedRate: mean((figures) => figures.honestRejectedRate),
    localRate: mean((figures) => figures.local),
    liesPaidMost: Math.max(...all.map((figures) => figures.liesPaidMost)),
  };
}

export function print(totals: Totals): string {
  const percent = (share: number) => `${(share * 100).toFixed(3)} %`;
  return [
    `false accepts ${percent(totals.falseAcceptRate)} (95 %: ${percent(totals.falseAcceptUpper95)})`,
    `executions a chunk ${totals.executionsPerChunk.toFixed(2)}, canaries ${percent(totals.canaryShare)} of them`,
    `honest rejected ${percent(totals.honestRejectedRate)}`,
    `local ${percent(totals.localRate)}`,
    `lies paid to one ${totals.liesPaidMost}`,
  ].join(' · ');
}
