// Prints the figures of some seeds of every kind of attack, for tuning: node out/test/simulation/credibility/main.js [seeds] [chunks] [providers]
import { type RoundsOptions, rounds } from './rounds.ts';

const [seeds = 3, chunks = 10_000, providers = 200] = process.argv.slice(2).map(Number);

const SCENES: Record<string, Omit<RoundsOptions, 'seed'>> = {
  'honest only': {},
  'vote 2of3': { bad: { colluding: 0.3 }, scheme: 'vote-2of3' },
  'colluding 30 %': { bad: { colluding: 0.3 } },
  'colluding, detect 90 %': { bad: { colluding: 0.3 }, canaryDetect: 0.9 },
  'colluding, detect 100 %': { bad: { colluding: 0.3 }, canaryDetect: 1 },
  'sleeping 30 %': { bad: { sleeping: 0.3 } },
  'sleeping, detect 90 %': { bad: { sleeping: 0.3 }, canaryDetect: 0.9 },
  'flickering 30 %': { bad: { flickering: 0.3 }, canaryDetect: 0.9 },
  'whitewashing 30 %': { bad: { whitewashing: 0.3 } },
  'mixed 10 %': { bad: { colluding: 0.04, lying: 0.03, sleeping: 0.03 } },
};

for (const [name, options] of Object.entries(SCENES)) {
  const all = Array.from({ length: seeds }, (_, seed) => rounds({ ...options, seed: seed + 1, chunks, providers }));
  const mean = (of: (figures: (typeof all)[number]) => number) =>
    all.reduce((sum, figures) => sum + of(figures), 0) / seeds;
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  console.log(
    name.padEnd(24),
    `false ${percent(mean((f) => f.falseAcceptRate))}`,
    `exec ${mean((f) => f.executionsPerChunk).toFixed(2)}`,
    `canaries ${percent(mean((f) => f.canaries))}`,
    `local ${percent(mean((f) => f.local))}`,
    `honest rejected ${percent(mean((f) => f.honestRejectedRate))}`,
    `struck ${percent(mean((f) => f.honestStruck))}`,
    `lies paid ${Math.max(...all.map((f) => f.liesPaidMost))}`,
    `caught ${mean((f) => f.caught).toFixed(0)}`,
    `reopened ${mean((f) => f.reopened).toFixed(0)}`,
    `checked ${mean((f) => f.checked).toFixed(0)}`,
  );
}
