// The daemon as `pylon start --foreground` runs it, whole, but for its clock: time runs as fast as in the simulation.
import { processContext } from '../../node/cli/context.ts';
import { main } from '../../node/cli/main.ts';
import { type ScaledTime, scaledClock } from './scaled-clock.ts';

const time = JSON.parse(process.env.SIMULATION_TIME ?? '') as ScaledTime;
process.exitCode = await main({ ...processContext(), clock: scaledClock(time) });
