// `direct.v1`: the whole input, or its beginning where it does not fit the window, to one model in one prompt. A quote that does not
// stand in what was shown is dropped, and its mark with it; what was not shown is uncovered, and told.
import { LONG_TEXT_CHARS_MAX } from '../../protocol/limits.ts';
import { LONG_CONTEXT_QA } from '../../protocol/long-context.ts';
import { PredictionFailed } from '../ports.ts';
import { askDirectly } from '../predict/direct.ts';
import { backendFor } from '../predict/roles.ts';
import { BYTES_PER_TOKEN, DIRECT_SHARE } from '../predict/routing.ts';
import { NOTHING_FOUND } from '../search/answer.ts';
import { citedAnswer } from './cited-answer.ts';
import { type Shown, showHead } from './shown.ts';
import type { Outcome, Walk } from './strategy.ts';

export async function direct(walk: Walk): Promise<Outcome> {
  const { request } = walk.context;
  // The embedded engine has no window.
  const isModel = walk.context.languageModel !== undefined;
  const windowTokens = (isModel ? request.config.window_tokens : undefined) ?? Number.POSITIVE_INFINITY;
  const bytesMax = Math.min(Math.floor(windowTokens * BYTES_PER_TOKEN * DIRECT_SHARE), LONG_TEXT_CHARS_MAX);
  const shown = await showHead(request.corpus, bytesMax, walk.ending.signal);
  if (shown.text.trim() === '') return { output: NOTHING_FOUND, citations: [] };
  return answerFromShown(walk, shown);
}

/** Asks the model behind the run about what is shown, as the run's own prediction. @throws PredictionFailed */
export async function answerFromShown({ context, thread, ending }: Walk, shown: Shown): Promise<Outcome> {
  const { local, clock, request, emitter } = context;
  for (const span of shown.spans()) void emitter.emit({ type: 'EnvShow', span });
  thread.read(shown.spans());
  const { params } = thread.active;
  const input = { query: request.query, text: shown.text };
  try {
    const ports = { backend: backendFor(local, params), clock };
    const output = await askDirectly(ports, LONG_CONTEXT_QA, input, params, thread, ending.signal);
    return await citedAnswer(request.corpus, output, shown);
  } catch (thrown) {
    if (thrown instanceof PredictionFailed) thread.spent(thrown.usage, thrown.repairs);
    throw ending.fault ?? thrown;
  }
}
