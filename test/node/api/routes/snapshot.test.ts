import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { fold, toRunRecord } from '../../../../protocol/fold.ts';
import { decodeSnapshot } from '../../../../protocol/snapshot.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { call, serve } from '../support.ts';

t.test('the snapshot of a run is the fold of its events, under any unique prefix of its id', async (t) => {
  const { api } = await serve(t, { repeat: 5 });
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\nsecond\n');
  const { body } = await call(api.port, 'POST', '/api/runs', { query: 'Why?', files: [file] });
  const { status, body: snapshot } = await call(api.port, 'GET', `/api/runs/${body.run_id.slice(0, 12)}/snapshot`);
  t.equal(status, 200);
  const events = (await call(api.port, 'GET', `/api/runs/${body.run_id}/events`)).body.events;
  const state = decodeSnapshot(snapshot);
  t.same(toRunRecord(state), toRunRecord(fold(events.slice(0, state.next_seq))));
  t.match(await call(api.port, 'GET', '/api/runs/ZZZ/snapshot'), {
    status: 404,
    body: { error: { code: 'run-unknown' } },
  });
});
