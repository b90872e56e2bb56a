// An answer as server-sent events: who speaks at once, comments while the run works so that nobody takes the line for dead, then the
// answer, and `[DONE]`. What fails once the stream has begun is told in it.
import { Readable } from 'node:stream';
import type { Clock } from '../../../conductor/ports.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import type { Answered, CompletionChunks } from './completion.ts';
import { chatErrorBody } from './failure.ts';

/** Proxies cut what is silent for a minute or less. */
const KEEP_ALIVE_MS = 10_000;

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** A comment each time that nothing has come for a while. */
async function* untilSettled(clock: Clock, work: Promise<unknown>): AsyncGenerator<string> {
  const settled = work.then(
    () => true,
    () => true, // it is told below
  );
  for (;;) {
    let cancel = () => {};
    const silence = new Promise<false>((resolve) => {
      cancel = clock.after(KEEP_ALIVE_MS, () => resolve(false));
    });
    const isSettled = await Promise.race([settled, silence]);
    cancel();
    if (isSettled) return;
    yield ': the run works\n\n';
  }
}

async function* eventsOf(clock: Clock, chunks: CompletionChunks, answered: Promise<Answered>): AsyncGenerator<string> {
  yield event(chunks.first());
  yield* untilSettled(clock, answered);
  try {
    for (const chunk of chunks.rest(await answered)) yield event(chunk);
  } catch (thrown) {
    yield event(chatErrorBody(toPylonError(thrown)));
  }
  yield 'data: [DONE]\n\n';
}

export function eventStream(clock: Clock, chunks: CompletionChunks, answered: Promise<Answered>): Readable {
  return Readable.from(eventsOf(clock, chunks, answered), { objectMode: false });
}
