// The desks of an engine that improves nothing: they hold nothing, and say so.

import { artifactDesk, canaryDesk } from '../../node/engine/artifacts.ts';
import type { CompileDesk } from '../../node/engine/compile-port.ts';
import type { ExampleDesk, Improvement, MiningDesk } from '../../node/engine/improvement-port.ts';
import { NO_NIGHTS } from '../../node/engine/nights.ts';
import type { Predictions } from '../../node/engine/port.ts';
import { NO_PROMOTIONS } from '../../node/engine/promoting.ts';
import { PylonError } from '../../protocol/errors.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

const nothing = () => Promise.reject(new PylonError('request-invalid', { reason: 'this engine improves nothing' }));

const NO_EXAMPLES: ExampleDesk = {
  list: async () => ({ examples: [], next_after: null }),
  get: (_signatureId, exampleId) => Promise.reject(new PylonError('example-unknown', { value: exampleId })),
  datasets: async () => [],
  keep: nothing,
  edit: nothing,
  label: nothing,
  remove: nothing,
  importFile: nothing,
};

const NO_MINING: MiningDesk = { exportTrace: nothing, mine: nothing, tactics: nothing, draft: nothing };

const NO_COMPILES: CompileDesk = {
  plan: nothing,
  start: nothing,
  stop: async () => false,
  over: async () => undefined,
  read: (prefix) => Promise.reject(new PylonError('compile-unknown', { value: prefix })),
  list: async () => [],
  pinJudge: nothing,
  judge: (judgeHash) => Promise.reject(new PylonError('judge-unknown', { value: judgeHash })),
};

/** It predicts nothing, and says so. */
export const NO_PREDICTIONS: Predictions = {
  start: ({ signature }) => Promise.reject(new PylonError('signature-unknown', { value: signature })),
  read: (receiptId) => Promise.reject(new PylonError('receipt-unknown', { value: receiptId })),
  list: async () => ({ receipts: [], next_before: null }),
  blob: (receiptId) => Promise.reject(new PylonError('receipt-unknown', { value: receiptId })),
};

export class FakeDesks implements Improvement {
  readonly artifacts = artifactDesk(undefined, { clock: new VirtualClock() });
  readonly canaries = canaryDesk(undefined, NO_PREDICTIONS, { clock: new VirtualClock(), random: seededRandom(1) });
  readonly examples: ExampleDesk = NO_EXAMPLES;
  readonly mining: MiningDesk = NO_MINING;
  readonly compiles: CompileDesk = NO_COMPILES;
  readonly promotions = NO_PROMOTIONS;
  readonly nights = NO_NIGHTS;
}
