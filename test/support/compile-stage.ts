// Compiles of a store with the fixture model: everything real but the model.

import type { Backend } from '../../conductor/ports.ts';
import { modelBackend } from '../../conductor/predict/model-backend.ts';
import { Compiling, type CompilingPorts } from '../../dse/compile/compiling.ts';
import { conductorPredictor } from '../../dse/compile/predictor.ts';
import { artifactRow, StoredArtifacts } from '../../ledger/dse/artifacts.ts';
import { Compiles } from '../../ledger/dse/compiles.ts';
import type { Store } from '../../ledger/store/store.ts';
import type { CompileReport, CompileRequest } from '../../protocol/dse/compile.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import { SELECT_STRATEGY } from '../../protocol/select-strategy.ts';
import { FixtureModel, fixtureDataset } from './fixture-model.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

export const SELECT = SELECT_STRATEGY.signatureId;
export const NEVER = new AbortController().signal;

export interface CompileScene {
  readonly store: Store;
  readonly model?: FixtureModel;
  readonly backend?: Backend;
  readonly examples?: readonly DseExample[];
  readonly clock?: VirtualClock;
  readonly ports?: Partial<CompilingPorts>;
}

export function compileStage({ store, model = new FixtureModel(1), ...scene }: CompileScene) {
  const { clock = new VirtualClock(), examples = fixtureDataset() } = scene;
  const backend = scene.backend ?? modelBackend(model, { name: `openai:${model.model}` });
  const compiles = new Compiles(store);
  const lost: string[] = [];
  const compiling = new Compiling({
    clock,
    compiles,
    examples: { of: async (signatureId) => examples.filter((example) => example.signatureId === signatureId) },
    artifactRows: (artifact) => [artifactRow(artifact)],
    predictor: async () => conductorPredictor({ clock, random: seededRandom(1), backend }),
    strategies: () => [],
    onLost: (error) => lost.push(error.code),
    ...scene.ports,
  });
  const run = async (request: Partial<CompileRequest> = {}, signal = NEVER): Promise<CompileReport> =>
    (await compiling.start({ signatureId: SELECT, ...request }, signal)).finished;
  return { compiling, compiles, artifacts: new StoredArtifacts(store), model, clock, examples, lost, run };
}
