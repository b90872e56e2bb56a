// `pylon` as a process of its own with a fake engine: what `start` launches in the tests of the daemon.

import { processContext } from '../../node/cli/context.ts';
import { main } from '../../node/cli/main.ts';
import { PylonError } from '../../protocol/errors.ts';
import { FakeEngine } from './fake-engine.ts';

const failure = process.env.FAKE_ENGINE_FAILS;
const context = {
  ...processContext(),
  async openEngine() {
    if (failure === 'throw') throw new PylonError('store-corrupt', { value: 'a secret place' });
    if (failure === 'exit') process.exit(7);
    return new FakeEngine(process.env.FAKE_ENGINE_HOLDS === undefined ? {} : { hold: new Promise(() => undefined) });
  },
};
process.exitCode = await main(context);
