// The tools over a run's input, for whoever makes the world of an exploration: grep, read_lines, list_files, symbols.
import type { Clock } from '../../../ports.ts';
import type { World } from '../world.ts';
import { grep } from './grep.ts';
import type { ToolInput } from './input-files.ts';
import { listFiles } from './list-files.ts';
import { readLines } from './read-lines.ts';
import { symbols } from './symbols.ts';
import { toolbox } from './tool.ts';

/** @param allowed names of the tools that may be called; all when absent, none when empty */
export function inputTools(
  input: ToolInput,
  clock: Pick<Clock, 'after'>,
  allowed?: readonly string[],
): Pick<World, 'tools' | 'tool'> {
  return toolbox([grep(input), readLines(input), listFiles(input), symbols(input)], clock, allowed);
}
