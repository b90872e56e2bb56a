import t from 'tap';
import { SharedEngine } from '../../../node/mcp/shared-engine.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { FakeEngine } from '../../support/fake-engine.ts';

t.test('an engine is shared while it is used, closed when nobody does, and opened again', async (t) => {
  const opened: FakeEngine[] = [];
  const shared = new SharedEngine(async () => {
    t.ok(
      opened.every(({ closed }) => closed === 1),
      'the one before was closed first',
    );
    opened.push(new FakeEngine());
    return opened.at(-1)!;
  });
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = shared.use(() => held);
  await shared.use(async (engine) => t.equal(engine, opened[0]));
  t.equal(opened[0]!.closed, 0);
  release();
  await first;
  t.equal(opened[0]!.closed, 1);
  await Promise.all([shared.use(async () => 1), shared.use(async () => 2)]);
  t.equal(opened.length, 2);
  await shared.idle();
  t.equal(opened[1]!.closed, 1);
});

t.test('an engine that cannot be opened is told to each, and the next one tries again', async (t) => {
  let tries = 0;
  const shared = new SharedEngine(async () => {
    if (++tries < 3) throw new PylonError('store-locked');
    return new FakeEngine();
  });
  await t.rejects(
    shared.use(async () => 1),
    { code: 'store-locked' },
  );
  await t.rejects(
    shared.use(async () => 1),
    { code: 'store-locked' },
  );
  t.equal(await shared.use(async () => 1), 1);
  await t.rejects(
    shared.use(async () => {
      throw new PylonError('internal');
    }),
    { code: 'internal' },
  );
  await shared.idle();
});
