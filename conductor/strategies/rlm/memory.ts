// What models and tools told an exploration, in the order in which it asked: kept as a payload with each step, so that a run that was
// interrupted goes through the same steps again without asking anybody twice.
import { z } from 'zod';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { NO_USAGE, usageSchema } from '../../../protocol/signature.ts';
import type { Completion, LanguageModel } from '../../ports.ts';
import type { World } from '../../predict/rlm/world.ts';
import type { Resumption } from '../../run/resumed.ts';

const toldSchema = z.object({
  by: z.enum(['controller', 'model', 'tool']),
  text: z.string(),
  usage: usageSchema,
});
const stepSchema = z.array(toldSchema);
type Told = z.infer<typeof toldSchema>;

/** Reads what was told in the steps of an interrupted run. @throws PylonError `run-not-resumable` where a payload is gone or damaged */
export async function readSteps({ known, payload }: Pick<Resumption, 'known' | 'payload'>): Promise<Told[]> {
  const told: Told[] = [];
  for (const [index, { stepHash, isCounted }] of known.steps().entries()) {
    const bytes = stepHash === undefined ? undefined : await payload(stepHash);
    const parsed = bytes === undefined ? undefined : stepSchema.safeParse(jsonOf(bytes));
    if (parsed?.success !== true || sha256Hex(bytes!) !== stepHash)
      throw new PylonError('run-not-resumable', {
        value: `step ${index + 1}`,
        reason: 'what a step of its exploration was told is not kept',
        next: 'ask again for a new run',
      });
    for (const one of parsed.data) told.push(isCounted ? { ...one, usage: NO_USAGE } : one);
  }
  return told;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined; // told by the caller: it is not what was kept
  }
}

export class ExplorationMemory {
  readonly #known: Told[];
  readonly #knownSteps: number;
  #stepsTold = 0;
  #told: Told[] = [];

  /** @param known what was told before the run was interrupted @param knownSteps how many steps of it have their events */
  constructor(known: readonly Told[], knownSteps: number) {
    this.#known = [...known];
    this.#knownSteps = knownSteps;
  }

  /** The same model; what it said before is not asked again. */
  controller(model: LanguageModel): LanguageModel {
    return {
      model: model.model,
      complete: (request) => this.#recall('controller', () => model.complete(request)),
    };
  }

  ask(ask: World['ask']): World['ask'] {
    return (request, signal) => this.#recall('model', () => ask(request, signal));
  }

  tool(tool: World['tool']): World['tool'] {
    return async (request, signal) => {
      const call = async () => ({ text: await tool(request, signal), usage: NO_USAGE });
      return (await this.#recall('tool', call)).text;
    };
  }

  /**
   * A step is over.
   * @returns the payload with what was told in it; undefined for one whose event is in the trace already
   */
  step(): { readonly hash: string; readonly text: string } | undefined {
    const told = this.#told;
    this.#told = [];
    if (this.#stepsTold++ < this.#knownSteps) return undefined;
    const text = canonicalJson(told);
    return { hash: sha256Hex(text), text };
  }

  async #recall(by: Told['by'], call: () => Promise<Completion>): Promise<Completion> {
    const known = this.#known[0];
    // Asked otherwise than before, it goes its own way from here.
    if (known !== undefined && known.by !== by) this.#known.length = 0;
    const told = this.#known.shift() ?? { by, ...(await call()) };
    this.#told.push({ by, text: told.text, usage: told.usage });
    return { text: told.text, usage: told.usage };
  }
}
