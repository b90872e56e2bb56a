// Feedback on a job: what we write reads back, what nobody understands is none, and a provider names only errors of its own.
import t from 'tap';
import { CATALOGUE, PylonError } from '../../protocol/errors.ts';
import { encodeFeedback, errorOfFeedback, FEEDBACK_STATUSES, parseFeedback } from '../../protocol/feedback.ts';
import { seededKeys } from '../support/keys.ts';

const [customer, provider] = seededKeys('customer', 'provider');

t.test('each status reads back, bound to the request it answers', async (t) => {
  const request = customer!.sign({ kind: 5940, created_at: 1, tags: [['p', provider!.publicKey]], content: 'x' });
  for (const status of FEEDBACK_STATUSES) {
    const event = provider!.sign(encodeFeedback(request, status, 'words', 5, 10));
    t.same(parseFeedback(event), { requestId: request.id, status, extra: 'words' });
  }
});

t.test('a feedback that we do not understand is none, and its words are bounded', async (t) => {
  const request = customer!.sign({ kind: 5940, created_at: 1, tags: [], content: 'x' });
  const good = encodeFeedback(request, 'error', 'x'.repeat(5_000), 5, 10);
  t.equal(parseFeedback(provider!.sign(good))?.extra.length, 1_000);
  const bad = [
    { ...good, kind: 1 },
    { ...good, tags: good.tags.filter((tag) => tag[0] !== 'e') },
    { ...good, tags: good.tags.filter((tag) => tag[0] !== 'status') },
    { ...good, tags: [['status', 'happy'], ...good.tags.slice(1)] },
    { ...good, tags: [['status'], ['e', 'not hex']] },
  ];
  for (const template of bad) t.equal(parseFeedback(provider!.sign(template)), undefined);
});

t.test('a provider names only errors of the job, its model and the wire', async (t) => {
  for (const code of Object.keys(CATALOGUE)) {
    const error = errorOfFeedback(`${code}: some\nwords`);
    const own = /^(job|model|backend|event|seal)-/.test(code);
    t.equal(error.code, own ? code : 'job-failed', code);
    t.match(error.message, /words/);
    t.notMatch(error.message, /\n/);
  }
  for (const odd of ['', ':', 'no colon', '__proto__: x', 'toString: x', `${'x'.repeat(5_000)}: y`]) {
    const error = errorOfFeedback(odd);
    t.ok(error instanceof PylonError && error.code === 'job-failed', odd.slice(0, 20));
    t.ok(error.message.length < 500);
  }
});
