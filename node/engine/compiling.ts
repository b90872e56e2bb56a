// The compiles of this process, on its store and its backends. Nothing is searched where nothing is kept.
import type { Clock, Random } from '../../conductor/ports.ts';
import type { Artifacts } from '../../conductor/predict/options.ts';
import { Compiling } from '../../dse/compile/compiling.ts';
import { conductorPredictor } from '../../dse/compile/predictor.ts';
import type { Examples } from '../../dse/examples/desk.ts';
import { artifactRow } from '../../ledger/dse/artifacts.ts';
import { Compiles } from '../../ledger/dse/compiles.ts';
import type { Store } from '../../ledger/store/store.ts';
import { notKept } from '../../ledger/volatile/runs.ts';
import { LONG_CONTEXT_QA } from '../../protocol/long-context.ts';
import { STRATEGY_IDS } from '../../protocol/receipt.ts';
import { extractiveBackend } from '../backends/extractive.ts';
import type { Synonyms } from '../backends/synonyms.ts';
import type { Backends } from './backends.ts';
import type { CompileDesk } from './compile-port.ts';
import { textPredictor } from './text-predictor.ts';

export interface CompilingParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly examples: Examples;
  readonly backends: Backends;
  readonly synonyms: Synonyms;
  /** What predictions are made by now. */
  readonly inForce: Artifacts | undefined;
  /** One line for whoever runs this process. */
  readonly notice: (line: string) => void;
}

export function compilingIn(parts: CompilingParts): Compiling {
  const { clock, random, store, examples, backends, synonyms, inForce, notice } = parts;
  const engine = extractiveBackend();
  return new Compiling({
    clock,
    compiles: new Compiles(store),
    examples,
    onLost: (error) => notice(error.message),
    artifactRows: (artifact) => [artifactRow(artifact)],
    ...(inForce === undefined ? {} : { artifacts: inForce }),
    // Only a question about a text is answered in more ways than one.
    strategies: (signatureId) => (signatureId === LONG_CONTEXT_QA.signatureId ? STRATEGY_IDS : []),
    async predictor({ backend = 'auto', model, subModel }) {
      const chosen = await backends.of({
        backend,
        ...(model === undefined ? {} : { model }),
        ...(subModel === undefined ? {} : { sub_model: subModel }),
      });
      const options = { clock, random };
      const direct = conductorPredictor({ ...options, backend: chosen.backend });
      return textPredictor({ options, chosen, engine, synonyms: (word) => synonyms.of(word), inForce }, direct);
    },
  });
}

const refused = () => Promise.reject(notKept());
const NOT_KEPT: CompileDesk = {
  plan: refused,
  start: refused,
  stop: refused,
  over: refused,
  read: refused,
  list: refused,
  pinJudge: refused,
  judge: refused,
};

/** @param compiling undefined where nothing is kept */
export function compileDesk(compiling: Compiling | undefined): CompileDesk {
  if (compiling === undefined) return NOT_KEPT;
  return {
    plan: (request) => compiling.plan(request),
    start: (request, signal) => compiling.start(request, signal),
    stop: async (reportId) => compiling.stop(reportId),
    over: (reportId) => compiling.over(reportId),
    read: (prefix) => compiling.read(prefix),
    list: (signatureId) => compiling.list(signatureId),
    pinJudge: (request, signal) => compiling.pinJudge(request, signal),
    judge: (judgeHash) => compiling.judge(judgeHash),
  };
}
