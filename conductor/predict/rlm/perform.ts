// From an action to what it brings: one place that knows them all. `Final` is not here, because it ends the exploration (finish.ts).

import { extractOverChunks, subLm, toolCall } from './act/asking.ts';
import type { Desk, Performed } from './act/desk.ts';
import { compute, writeVar } from './act/keeping.ts';
import { chunk, load, preview, search } from './act/looking.ts';
import type { Action } from './actions.ts';

/** @throws PylonError when it cannot be done; the controller is shown why */
export async function perform(desk: Desk, action: Exclude<Action, { action: 'Final' }>): Promise<Performed> {
  switch (action.action) {
    case 'Preview':
      return preview(desk, action);
    case 'Search':
      return search(desk, action);
    case 'Load':
      return load(desk, action);
    case 'Chunk':
      return chunk(desk, action);
    case 'WriteVar':
      return writeVar(desk, action);
    case 'Compute':
      return compute(desk, action);
    case 'ExtractOverChunks':
      return extractOverChunks(desk, action);
    case 'SubLm':
      return subLm(desk, action);
    case 'ToolCall':
      return toolCall(desk, action);
  }
}
