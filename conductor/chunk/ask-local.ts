// One chunk to the local backend, with the chunk's text; nothing leaves the process, and nothing is owed.
import { canonicalJson } from '../../protocol/canonical.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { Fragment } from '../cut/fragments.ts';
import { backendFor } from '../predict/roles.ts';
import type { RunContext } from '../run/context.ts';
import { Patience } from './patience.ts';
import { queryIdOf } from './query-id.ts';
import { inputOf, outputCharsMax, signatureOf } from './question.ts';
import { SubQuery } from './sub-query.ts';
import { type Outcome, Voice } from './voice.ts';

/** Our own answer. @param signal aborted when nobody waits for it any more */
export async function askLocal(
  context: RunContext,
  fragment: Fragment,
  attempt: number,
  signal = context.signal,
): Promise<Outcome> {
  const { local, clock, request, question, tier } = context;
  const provider = local.name;
  const queryId = queryIdOf(context, fragment.index, attempt);
  const query = new SubQuery(context, { fragment, queryId, attempt, provider, venue: 'Local', priceMsat: 0 });
  const patience = Patience.until(clock, signal).begin(request.config.timeout_ms);
  patience.trust();
  try {
    const input = inputOf(question, fragment, outputCharsMax(question, fragment, tier));
    const signature = signatureOf(question);
    const active = context.artifacts?.active(signature.signatureId);
    const backend = active === undefined ? local : backendFor(local, active.params);
    const options = { signal: patience.signal, ...(active === undefined ? {} : { params: active.params }) };
    const { output, usage } = await backend.predict(signature, input, options);
    const canonical = canonicalJson(output);
    const outputHash = sha256Hex(canonical);
    const answer = query.accept({ output, canonical, outputHash, usage, model: provider });
    if (answer === 'failed') return answer;
    const chunk = fragment.index;
    const said = { queryId, chunk, provider, cluster: provider, outputHash, latencyMs: query.elapsedMs };
    return new Voice({ ...said, ...answer });
  } catch (thrown) {
    return query.fail(thrown, patience);
  } finally {
    patience.end();
  }
}
