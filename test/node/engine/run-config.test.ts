import t from 'tap';
import { routeOf } from '../../../conductor/predict/routing.ts';
import { configOf, fittingConfig, situationOf } from '../../../node/engine/run-config.ts';
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import type { PredictParams } from '../../../protocol/predict-params.ts';

const PARAMS: PredictParams = { decode: 'jsonish', repairsMax: 1, strategyId: 'auto', budgets: { maxLmCalls: 9 } };
const ROUTE = { strategyId: 'map_reduce.v1' } as const;
const active = (params: Partial<PredictParams>, compiledId = 'a'.repeat(64)) => ({
  compiledId,
  params: { ...PARAMS, ...params },
});
const options = (given = {}) => runOptionsSchema.parse({ relays: ['ws://relay.example'], ...given });

t.test('a run of the signature’s own parameters has the config of one without a canary', async (t) => {
  const config = configOf(options(), 'openai:x', 'none', ROUTE, undefined);
  t.same(configOf(options(), 'openai:x', 'none', ROUTE, active({ chunkBytes: 2_048 }, 'default')), config);
  t.same(
    routeOf(situationOf(options(), true, 9, active({ strategyId: 'rlm_lite.v1' }, 'default'))),
    routeOf(situationOf(options(), true, 9, undefined)),
  );
});

t.test('what a person asks for comes before what an artifact says', async (t) => {
  const artifact = active({ chunkBytes: 2_048, overlapLines: 3, routerTopK: 4 });
  t.match(configOf(options(), 'openai:x', 'none', ROUTE, artifact), {
    chunk_size: 2_048,
    overlap_lines: 3,
    chunks_max: 4,
    compiled_id: artifact.compiledId,
    limits: { maxLmCalls: 9 },
  });
  const asked = configOf(options({ chunk_size: 4_096, max_lm_calls: 12 }), 'openai:x', 'none', ROUTE, artifact);
  t.match(asked, { chunk_size: 4_096, limits: { maxLmCalls: 12 } });
});

t.test(
  'chunks that an artifact made too large for the relays are cut as if there were none; others are refused',
  async (t) => {
    const session = { messageBytesMax: () => 65_536 };
    const artifact = active({ chunkBytes: 1_048_576 });
    const config = configOf(options(), 'openai:x', 'none', ROUTE, artifact);
    const plain = configOf(options(), 'openai:x', 'none', ROUTE, undefined);
    t.equal(fittingConfig(session, config, options()).chunk_size, plain.chunk_size);
    const small = configOf(options(), 'openai:x', 'none', ROUTE, active({ chunkBytes: 4_096 }));
    t.equal(fittingConfig(session, small, options()).chunk_size, 4_096);
    const wanted = options({ chunk_size: 524_288 });
    const asked = configOf(wanted, 'openai:x', 'none', ROUTE, artifact);
    t.throws(() => fittingConfig(session, asked, wanted), { code: 'event-too-large' });
  },
);
