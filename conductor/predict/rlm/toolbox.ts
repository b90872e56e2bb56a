// Tools that an exploration may call: what they are called, and how.
import type { World } from './world.ts';

export type Toolbox = Pick<World, 'tools' | 'tool'>;
