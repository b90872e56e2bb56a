// A tool that a controller may call: what it is named, what it takes, how long it may take, and how much it may say. A registry of them
// is the world's `tools` and `tool`: what is not in it, or does not fit, is refused before anything is done.
import type { z } from 'zod';
import { PylonError } from '../../../../protocol/errors.ts';
import { follow } from '../../../follow.ts';
import type { Clock } from '../../../ports.ts';
import { bounded } from '../observation.ts';
import type { World } from '../world.ts';

/** Characters of what a tool says: several times what an observation shows, and no more than one model is given to read. */
export const TOOL_OUTPUT_CHARS_MAX = 16_000;

export interface Tool<Args> {
  readonly name: string;
  /** In a few words; stands in every prompt. */
  readonly about: string;
  /** What it takes, member by member, as the controller is told: `text?` is a member that may be left out. */
  readonly form: Readonly<Record<string, string>>;
  /** What it takes, as it is checked. */
  readonly args: z.ZodType<Args>;
  readonly timeMs: number;
  /** @throws PylonError which the controller is shown */
  run(args: Args, signal: AbortSignal): Promise<string>;
}

/** Any tool, whatever it takes. */
export type AnyTool = Pick<Tool<unknown>, 'name' | 'about' | 'form' | 'timeMs'> & {
  /** Checks the arguments, then runs. @throws PylonError `tool-refused` | what it failed with */
  call(args: unknown, signal: AbortSignal): Promise<string>;
};

export function checkedTool<Args>(tool: Tool<Args>): AnyTool {
  return {
    name: tool.name,
    about: tool.about,
    form: tool.form,
    timeMs: tool.timeMs,
    async call(args, signal) {
      const parsed = tool.args.safeParse(args);
      if (!parsed.success) {
        const faults = parsed.error.issues
          .slice(0, 3)
          .map(({ path, message }) => `${path.join('.') || 'args'}: ${message}`);
        throw new PylonError('tool-refused', { value: tool.name, reason: bounded(faults.join('; '), 300, 600) });
      }
      return tool.run(parsed.data, signal);
    },
  };
}

/**
 * The tools as an exploration is offered them.
 * @param allowed names of those that may be called; all when absent, none when empty
 */
export function toolbox(
  tools: readonly AnyTool[],
  clock: Pick<Clock, 'after'>,
  allowed?: readonly string[],
): Pick<World, 'tools' | 'tool'> {
  const offered = tools.filter(({ name }) => allowed === undefined || allowed.includes(name));
  const byName = new Map(offered.map((tool) => [tool.name, tool]));
  return {
    tools: offered.map(({ name, about, form }) => ({ name, about, args: form })),
    async tool({ tool: name, args }, signal) {
      const tool = byName.get(name);
      if (tool === undefined)
        throw new PylonError('tool-unknown', {
          value: bounded(name, 64, 128),
          reason: offered.length === 0 ? 'there are no tools here' : `there are ${[...byName.keys()].join(', ')}`,
        });
      return cut(await inTime(tool, args, clock, signal));
    },
  };
}

function cut(text: string): string {
  const shown = bounded(text, TOOL_OUTPUT_CHARS_MAX, 4 * TOOL_OUTPUT_CHARS_MAX);
  return shown.length === text.length ? text : `${shown}\n(cut off: ${text.length - shown.length} characters more)`;
}

async function inTime(tool: AnyTool, args: unknown, clock: Pick<Clock, 'after'>, signal: AbortSignal): Promise<string> {
  const controller = new AbortController();
  const stopFollowing = follow(signal, (reason) => controller.abort(reason));
  let onOver = (_: PylonError) => {};
  // A tool that hears nothing is left behind when its time is over.
  const over = new Promise<never>((_, reject) => {
    onOver = reject;
  });
  const stop = clock.after(tool.timeMs, () => {
    const late = new PylonError('tool-failed', { value: tool.name, reason: `it took longer than ${tool.timeMs} ms` });
    controller.abort(late);
    onOver(late);
  });
  try {
    return await Promise.race([tool.call(args, controller.signal), over]);
  } catch (thrown) {
    if (thrown instanceof PylonError) throw thrown;
    throw new PylonError('tool-failed', { value: tool.name, cause: thrown });
  } finally {
    stop();
    stopFollowing();
  }
}
