import t from 'tap';
import { WithdrawnJobs } from '../../../node/swarm/withdrawn-jobs.ts';
import { encodeFailure } from '../../../protocol/failure.ts';
import { encodeFeedback } from '../../../protocol/feedback.ts';
import { encodeJobResult } from '../../../protocol/job.ts';
import { LATE_COST_MS } from '../../../protocol/limits.ts';
import { ZERO_MSAT } from '../../../protocol/money.ts';
import { NO_USAGE, type Usage } from '../../../protocol/signature.ts';
import { newKeys } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const SPENT = { calls: 2, input_tokens: 30, output_tokens: 4 };
const NOW = 1_700_000_000;

function stage() {
  const clock = new VirtualClock();
  const [customer, provider] = [newKeys(), newKeys()];
  const request = customer.sign({ kind: 5940, created_at: NOW, tags: [['p', provider.publicKey]], content: 'sealed' });
  const told: Usage[] = [];
  const jobs = new WithdrawnJobs(clock, customer);
  jobs.add(request.id, provider.publicKey, (usage) => told.push(usage));
  /** An `error` feedback whose sealed content is `body`. */
  const feedback = (status: 'error' | 'processing', body?: string) => {
    const template = encodeFeedback(request, status, 'job-cancelled: the job was cancelled', NOW, NOW + 60);
    if (body === undefined) return provider.sign(template);
    const content = provider.sealFor(customer.publicKey, body);
    return provider.sign({ ...template, content, tags: [...template.tags, ['encrypted']] });
  };
  const result = (requestId: string) => {
    const said = { v: 1, request_id: requestId, nonce: 'a'.repeat(32), provider: provider.publicKey, output: {} };
    const body = JSON.stringify({ ...said, output_hash: 'b'.repeat(64), usage: SPENT, model: 'm' });
    const sealed = provider.sealFor(customer.publicKey, body);
    return provider.sign(encodeJobResult(sealed, request, ZERO_MSAT, NOW, NOW + 60));
  };
  return { clock, jobs, request, provider, told, feedback, result };
}

t.test('what a withdrawn job had cost is heard once, from the provider that was asked', async (t) => {
  const { jobs, request, provider, told, feedback } = stage();
  t.ok(jobs.concerns(request.id, provider.publicKey));
  t.notOk(jobs.concerns(request.id, newKeys().publicKey), 'nobody else is listened to');
  jobs.hear(feedback('processing'));
  t.same(told, [], 'it has not come to an end yet');
  jobs.hear(feedback('error', encodeFailure(request.id, SPENT)));
  jobs.hear(feedback('error', encodeFailure(request.id, SPENT)));
  t.same(told, [SPENT]);
  t.notOk(jobs.concerns(request.id, provider.publicKey));
});

t.test('a result that crossed the cancel tells its cost too', async (t) => {
  const { jobs, request, told, result } = stage();
  jobs.hear(result(request.id));
  t.same(told, [SPENT]);
});

t.test('the cost of another job, replayed for this one, does not count', async (t) => {
  for (const replay of ['feedback', 'result'] as const) {
    const { jobs, told, feedback, result } = stage();
    const other = 'e'.repeat(64);
    jobs.hear(replay === 'result' ? result(other) : feedback('error', encodeFailure(other, SPENT)));
    t.same(told, [NO_USAGE], replay);
  }
});

t.test('a provider that keeps silent is forgotten', async (t) => {
  const { clock, jobs, request, provider, told } = stage();
  const startedMs = clock.now();
  await clock.step();
  t.equal(clock.now() - startedMs, LATE_COST_MS);
  t.notOk(jobs.concerns(request.id, provider.publicKey));
  t.same(told, []);
});
