// An interrupted run that goes on: what it takes along, and the check that it still reads the very same input. Nothing is written
// and nothing spent before that is sure.
import { PylonError } from '../../protocol/errors.ts';
import type { RunState } from '../../protocol/fold.ts';
import type { Msat } from '../../protocol/money.ts';
import { printSpan } from '../../protocol/span.ts';
import { type Cutting, fragmentsOf } from '../cut/fragments.ts';
import type { Corpus } from '../ports.ts';
import type { KnownChunks } from './known-chunks.ts';

/** An interrupted run that goes on. */
export interface Resumption {
  /** The fold of its trace so far. */
  readonly state: RunState;
  readonly known: KnownChunks;
  /** What it may spend in all, and what of it had been settled by then. */
  readonly limitMsat: Msat;
  readonly settledMsat: Msat;
  /** How often it was resumed, this time included. */
  readonly times: number;
  /** A payload by its sha256; undefined when it is not kept, or damaged. */
  payload(hash: string): Promise<Uint8Array | undefined>;
}

function changed(value: string): PylonError {
  return new PylonError('input-changed', {
    value,
    reason: 'the input is not what it was when the run began',
    next: 'bring it back as it was, or ask again for a new run',
  });
}

/** Only the very same input is asked further. @throws PylonError `input-changed` */
export function checkFiles({ state }: Resumption, corpus: Corpus): void {
  for (const [index, { path, bytes }] of state.inputs.entries()) {
    const now = corpus.files[index];
    if (now === undefined || now.path !== path || now.bytes !== bytes) throw changed(path);
  }
  const more = corpus.files[state.inputs.length];
  if (more !== undefined) throw changed(more.path);
}

/**
 * The same bytes cut the same way: what was answered is still the answer to that chunk.
 * @param inputHash of the input as it is now. @throws PylonError `input-changed`
 */
export async function checkInput(
  { state, known }: Resumption,
  corpus: Corpus,
  cutting: Cutting,
  inputHash: string,
): Promise<void> {
  if (state.input_hash !== undefined && state.input_hash !== inputHash) throw changed(corpus.files[0]?.path ?? '');
  // The chunks of an exploration are those of its fan-outs, each of which is known again by its key.
  let left = known.fanOuts > 0 ? 0 : known.cut;
  if (left === 0) return;
  for await (const { index, span } of fragmentsOf(corpus, cutting)) {
    const before = known.span(index);
    if (before !== undefined) {
      const isSame = before.content_hash === span.content_hash && before.start_byte === span.start_byte;
      if (!isSame || before.path !== span.path) throw changed(printSpan(span));
      left--;
    }
    if (left === 0) return;
  }
  throw changed('its end');
}
