// A model that plays a script: as a controller it writes the action of the step that it is asked for, to anything else it gives one
// answer. It counts what it was asked.
import type { LanguageModel } from '../../conductor/ports.ts';
import { modelBackend } from '../../conductor/predict/model-backend.ts';
import { oracle } from './scripted-oracle.ts';

export interface ScriptedController extends LanguageModel {
  /** Calls that were answered. */
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** @param scripts actions by depth, in the order of the steps; when one is over it finishes */
export function scriptedController(
  ...scripts: readonly (readonly (Readonly<Record<string, unknown>> | string)[])[]
): ScriptedController {
  const counted = { calls: 0, inputTokens: 0, outputTokens: 0 };
  return {
    model: 'scripted',
    get calls() {
      return counted.calls;
    },
    get inputTokens() {
      return counted.inputTokens;
    },
    get outputTokens() {
      return counted.outputTokens;
    },
    async complete({ messages }) {
      const [system = '', user = ''] = messages.map(({ content }) => content);
      const state = /^State: (.*)$/m.exec(user)?.[1];
      const text = state === undefined ? oracle(system, user) : written(scripts, JSON.parse(state));
      const usage = {
        calls: 1,
        input_tokens: Math.ceil((system.length + user.length) / 4),
        output_tokens: Math.ceil(text.length / 4),
      };
      counted.calls++;
      counted.inputTokens += usage.input_tokens;
      counted.outputTokens += usage.output_tokens;
      return { text, usage };
    },
  };
}

function written(
  scripts: readonly (readonly (Readonly<Record<string, unknown>> | string)[])[],
  { iteration, depth }: { iteration: number; depth: number },
): string {
  const action = scripts[depth]?.[iteration] ?? { action: 'Final', answer: 'The script is over.', evidence: [] };
  return typeof action === 'string' ? action : JSON.stringify(action);
}

/** The ports of a run that has this model. */
export function modelPorts(languageModel: LanguageModel) {
  return { local: modelBackend(languageModel, { name: 'openai:scripted' }), languageModel };
}
