import t from 'tap';
import { type Answered, CompletionChunks } from '../../../../node/api/chat/completion.ts';
import { eventStream } from '../../../../node/api/chat/event-stream.ts';
import { refusedView } from '../../../../node/engine/answer-view.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const HEAD = { id: 'chatcmpl-1', created: 0, model: 'pylon' };

t.test('while the run works comments keep the line open, and a client sees none of them', async (t) => {
  const clock = new VirtualClock();
  let answer: (answered: Answered) => void = () => undefined;
  const answered = new Promise<Answered>((resolve) => {
    answer = resolve;
  });
  const stream = eventStream(clock, new CompletionChunks(HEAD, false), answered)[Symbol.asyncIterator]();
  const next = async () => String((await stream.next()).value);
  t.match(await next(), /^data: .*"role":"assistant"/);
  for (let beat = 0; beat < 3; beat++) {
    const comment = next();
    await clock.advance(10_000);
    t.equal(await comment, ': the run works\n\n');
  }
  const view = { ...refusedView(new PylonError('no-answer')), status: 'done' as const, answer: 'Yes' };
  answer({ view, sources: true });
  t.match(await next(), /"content":"Yes"/);
  t.match(await next(), /"finish_reason":"stop"/);
  t.equal(await next(), 'data: [DONE]\n\n');
});

t.test('what fails once the stream has begun is told in it', async (t) => {
  const failed = Promise.reject(new PylonError('no-providers'));
  let text = '';
  for await (const piece of eventStream(new VirtualClock(), new CompletionChunks(HEAD, false), failed)) text += piece;
  t.match(text, /data: \{"error":\{"message":"no provider.*"code":"no-providers"\}\}\n\ndata: \[DONE\]\n\n$/);
});
