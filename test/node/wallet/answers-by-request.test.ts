import t from 'tap';
import { AnswersByRequest } from '../../../node/wallet/answers-by-request.ts';

/** Every subscription made, and those open now. */
function stage() {
  const made: string[][] = [];
  const open = new Set<string[]>();
  const tellers: (() => void)[] = [];
  const answers = new AnswersByRequest((ids, onTold) => {
    made.push(ids);
    open.add(ids);
    tellers.push(onTold);
    return { close: () => open.delete(ids) };
  });
  return { made, open, answers, tellers };
}

t.test('requests of one moment share one subscription, and a later one takes them along', async (t) => {
  const { made, open, answers, tellers } = stage();
  await Promise.all([answers.expect('a'), answers.expect('b')]);
  await answers.expect('c');
  t.equal(open.size, 2, 'an answer to a or b may still be on its way to the first');
  tellers[1]?.();
  t.same(made, [
    ['a', 'b'],
    ['a', 'b', 'c'],
  ]);
  t.same([...open], [['a', 'b', 'c']]);
});

t.test('when no request is under way nothing is subscribed', async (t) => {
  const { open, answers } = stage();
  await answers.expect('a');
  answers.forget('a');
  t.equal(open.size, 0);
  const renewed = answers.expect('b');
  answers.forget('b');
  await renewed;
  t.equal(open.size, 0, 'also where it is over before it began');
});

t.test('once the service has named us, nothing more is subscribed', async (t) => {
  const { made, open, answers } = stage();
  await answers.expect('a');
  answers.close();
  await answers.expect('b');
  t.equal(open.size, 0);
  t.equal(made.length, 1);
});

t.test('a filter names at most 256 requests', async (t) => {
  const { made, answers } = stage();
  await Promise.all(Array.from({ length: 1_000 }, (_, at) => answers.expect(`${at}`)));
  t.same(
    made.map(({ length }) => length),
    [256],
  );
});
