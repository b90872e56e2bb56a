// The timeline tells what verification came to, in one line each.
import t from 'tap';
import { shortKey } from '../../../node/cli/timeline.ts';
import { verifyWords } from '../../../node/cli/verify-words.ts';

const HEADER = { v: 1 as const, run_id: 'r', seq: 1, timestamp_ms: 1, chunk: 3 };
const words = (event: Parameters<typeof verifyWords>[0]) => verifyWords(event, shortKey);

t.test('a verdict is told with its chunk, who gave it and why', async (t) => {
  const validator = 'ab'.repeat(32);
  t.equal(words({ ...HEADER, type: 'VerifyObjective', verdict: 'accepted' }), 'chunk 3: accepted');
  t.equal(words({ ...HEADER, type: 'VerifyObjective', verdict: 'rejected', reason: 'why' }), 'chunk 3: rejected: why');
  t.equal(
    words({ ...HEADER, type: 'VerifyRedundant', agreement: 2 / 3, n: 2, m: 3, verdict: 'accepted' }),
    'chunk 3: 2 of 3 answers agree, accepted',
  );
  t.equal(
    words({ ...HEADER, type: 'VerifyValidated', validator, verdict: 'refuted' }),
    'chunk 3: refuted by abababab…',
  );
  t.equal(
    words({ ...HEADER, type: 'VerifyValidated', validator, verdict: 'unavailable', reason: 'job-timeout: late' }),
    'chunk 3: unavailable by abababab… (job-timeout: late)',
  );
  t.equal(
    words({ ...HEADER, type: 'VerifyReopen', reason: 'provider-struck' }),
    'chunk 3 is asked again: provider-struck',
  );
  t.equal(words({ ...HEADER, type: 'VerifyAccept', query_id: '3.0' }), undefined, 'the answer has its own line');
});
