// Enumerates every write, publish and wallet call of a run, and kills one process at each: before, in and after it. What is
// left is taken up by a process that may be killed as well, and by one that is not.
import type { Random } from '../../conductor/ports.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { Failpoint, Moment } from './failpoints.ts';
import { type Figures, Home, inLanes, noFigures } from './rounds.ts';
import type { Scene } from './scene.ts';
import { ALL_TROUBLES } from './wallet-troubles.ts';

/** Rounds at a time. */
const LANES = 10;

export interface Round {
  readonly name: string;
  readonly at: Failpoint;
  /** What is at this point in a run that nothing happens to; in another it may be its neighbour. */
  readonly point: string;
}

/** What a run passes when nothing happens to it. */
export async function countPoints(scene: Scene): Promise<readonly string[]> {
  const home = new Home(scene, 'counting', noFigures());
  const passed = await home.live({ runs: 1, settles: false });
  if (passed === undefined || passed.length === 0) throw new Error(`a run cannot be made: ${home.figures.faults}`);
  return passed;
}

/** Every point with each of these moments; those of failing writes only where there is a write. */
export function roundsOf(points: readonly string[], moments: readonly Moment[]): Round[] {
  return moments.flatMap((moment) =>
    points.flatMap((point, index) => {
      if (moment.startsWith('fails') && point !== 'write') return [];
      return [{ name: `${moment}-${index + 1}`.replace(' ', '-'), at: { point: index + 1, moment }, point }];
    }),
  );
}

const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random.fraction() * items.length)] as Item;

async function playRound(scene: Scene, { name, at, point }: Round, seed: number, figures: Figures): Promise<void> {
  const random = seededRandom(seed + at.point * 7);
  const home = new Home(scene, name, figures);
  const trouble = pick(random, ALL_TROUBLES);
  await home.trouble([trouble]);
  const passed = await home.live({ runs: 1, settles: false, at });
  if (passed !== undefined && !at.moment.startsWith('fails')) figures.unreached++;
  const isKilledAgain = random.fraction() < 0.5;
  const again: Failpoint = { point: 1 + Math.floor(random.fraction() * 30), moment: pick(random, ['before', 'after']) };
  await home.trouble(['pays']);
  if (isKilledAgain) await home.live({ runs: 0, settles: true, at: again });
  await home.live({ runs: 0, settles: true });
  const killedAgain = isKilledAgain ? `, recovery killed ${again.moment} point ${again.point}` : '';
  await home.audit(`${at.moment} ${point}, trouble "${trouble}"${killedAgain}`);
}

export async function playRounds(scene: Scene, rounds: readonly Round[], seed: number): Promise<Figures> {
  const figures = noFigures();
  await inLanes(rounds, LANES, (round) => playRound(scene, round, seed, figures));
  return figures;
}
