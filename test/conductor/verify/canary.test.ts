// Chunks whose answer is known: of the kind and the question that is asked beside them, and none that the asked one knows.
import t from 'tap';
import { CanaryPool } from '../../../conductor/verify/canary.ts';

t.test(
  'a canary is drawn once for each cluster, of its kind, and only where it looks like what is asked',
  async (t) => {
    const pool = new CanaryPool<string>();
    const output = { findings: [] };
    pool.add('quotes', output, 'model', ['teller']);
    pool.add('records', { records: [] }, 'model', ['teller']);
    pool.add('engine', output, 'engine', []);
    const records = (chunk: string) => chunk === 'records';
    t.equal(pool.draw('teller', 'model', 0), undefined, 'who gave the answer knows it');
    t.equal(pool.draw('one', 'engine', 0.99, records), undefined);
    t.equal(pool.draw('one', 'model', 0, records)?.chunk, 'records');
    t.equal(pool.draw('one', 'model', 0, records), undefined, 'now it knows it');
    t.equal(pool.draw('one', 'model', 0)?.chunk, 'quotes');
  },
);
