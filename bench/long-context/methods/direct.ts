// Direct: the whole text in one prompt, and where it does not fit the window, its beginning. What everybody does first.
import type { Method } from '../method.ts';
import { throughEngine } from './through-engine.ts';

export const DIRECT: Method = {
  name: 'direct',
  about: 'one prompt; what does not fit the window is cut off',
  answer: (staged, tools) => throughEngine(staged, tools, { strategy: 'direct', verify: 'none' }),
};
