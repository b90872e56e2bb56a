// What a night asks of the parts of the improvement loop, put to the desks of an engine.

import { EVIDENCE } from '../../dse/compile/rewards/evidence.ts';
import { EXACT_JSON } from '../../dse/compile/rewards/exact-json.ts';
import { FIELD_F1 } from '../../dse/compile/rewards/field-f1.ts';
import type { Reward } from '../../dse/compile/rewards/reward.ts';
import { type VisibleExample, visibleToSearch } from '../../dse/examples/visible.ts';
import type { IdLookUp } from '../../dse/overnight/dangling.ts';
import type { Asked, Asking, Mined, NightDesks, Searched, SearchRequest } from '../../dse/overnight/desks.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { REWARDS } from '../../protocol/dse/compile.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import { EXAMPLES_PAGE_MAX } from '../../protocol/dse/example-list.ts';
import { MINED_MAX } from '../../protocol/dse/mining.ts';
import type { NightRequest } from '../../protocol/dse/overnight.ts';
import { isErrorCode, PylonError } from '../../protocol/errors.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';
import { predictRequestSchema } from '../settings/predict-request.ts';
import type { Improvement } from './improvement-port.ts';
import type { Engine } from './port.ts';
import { outputOf, topReceipt } from './predicted.ts';

/** What nights need of an engine. */
export type NightEngine = Omit<Improvement, 'nights'> & Pick<Engine, 'predictions' | 'runs'>;

/** Of a few probes; what a judge says is asked by the search and the gate, which pay for it. */
const REWARD_OF: Readonly<Record<(typeof REWARDS)[number], Reward>> = {
  exact_json: EXACT_JSON,
  field_f1: FIELD_F1,
  evidence: EVIDENCE,
  judge: FIELD_F1,
};

export function nightDesks(engine: NightEngine): NightDesks {
  const { artifacts, canaries, promotions } = engine;
  return {
    async active(signatureId) {
      const found = (await artifacts.active()).find((one) => one.signatureId === signatureId);
      return found?.compiled_id ?? DEFAULT_COMPILED_ID;
    },
    artifact: (compiledId) => artifacts.read(compiledId),
    examples: async (signatureId) => {
      const { train, dev } = visibleToSearch(await allExamples(engine, signatureId));
      return [...train, ...dev].sort((one, other) => (one.exampleId < other.exampleId ? -1 : 1));
    },
    mine: (signatureId, sinceMs) => mine(engine, signatureId, sinceMs),
    search: (request, signal) => search(engine, request, signal),
    gate: (compiledId, { gate }, signal) =>
      promotions.promote({ compiled_id: compiledId, measureOnly: true, ...given(gate) }, signal),
    promote: (compiledId, promotionId, signal) => promotions.promote({ compiled_id: compiledId, promotionId }, signal),
    promotion: (promotionId) => promotions.read(promotionId),
    startCanary: (plan) => canaries.start(plan),
    canaries: (signatureId) => canaries.list(signatureId),
    stopCanary: (signatureId, reason) => canaries.stop(signatureId, reason),
    history: (signatureId) => artifacts.history(signatureId),
    rollback: (signatureId, reason) => artifacts.rollback({ signatureId, reason }),
    ask: (signatureId, exampleId, asking, signal) => ask(engine, signatureId, exampleId, asking, signal),
  };
}

/** Without what is absent. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const found = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}

async function allExamples({ examples }: NightEngine, signature: string): Promise<DseExample[]> {
  const all: DseExample[] = [];
  let after: string | undefined;
  do {
    const page = await examples.list({
      signature,
      limit: EXAMPLES_PAGE_MAX,
      ...(after === undefined ? {} : { after }),
    });
    all.push(...page.examples);
    after = page.next_after ?? undefined;
  } while (after !== undefined);
  return all;
}

/** Held-out ones are none of a night's. @throws PylonError `example-unknown` */
async function visibleExample(
  { examples }: NightEngine,
  signatureId: string,
  exampleId: string,
): Promise<VisibleExample> {
  const { train, dev } = visibleToSearch([await examples.get(signatureId, exampleId)]);
  const [example] = [...train, ...dev];
  if (example === undefined) throw new PylonError('example-unknown', { value: exampleId });
  return example;
}

async function mine({ mining }: NightEngine, signature: string, sinceMs: number): Promise<Mined> {
  const asked = { signature, sinceMs, limit: MINED_MAX, split: 'train' as const, tags: ['overnight'] };
  const { looked, mined, known, pending, refused, receipts } = await mining.mine({
    ...asked,
    dryRun: false,
    unverified: false,
  });
  const exampleIds = receipts.flatMap(({ exampleId }) => (exampleId === null ? [] : [exampleId]));
  const note = `${looked} receipts: ${mined} mined, ${known} known, ${pending} for a person to judge, ${refused} refused`;
  return { exampleIds, note };
}

async function search(
  { compiles }: NightEngine,
  { night, maxMsat, maxTimeMs }: SearchRequest,
  signal: AbortSignal,
): Promise<Searched> {
  const { signatureId, backend, model, subModel } = night;
  const limits = { maxSats: maxMsat / 1_000, maxTimeMs };
  const asked = { signatureId, backend, ...limits, ...given({ ...night.compile, model, subModel }) };
  const { finished } = await compiles.start(asked, signal);
  const { reportId, chosen, job, error, spentMsat, candidates } = await finished;
  if (error !== null || chosen === null)
    throw new PylonError(error !== null && isErrorCode(error.code) ? error.code : 'internal', {
      value: reportId,
      reason: error?.message ?? 'it chose nothing',
    });
  const isBase = chosen.paramsHash === canonicalHash(job.base);
  const note = `${candidates.length} candidates: ${chosen.why}`;
  return { reportId, compiledId: isBase ? null : chosen.compiled_id, costMsat: spentMsat, note };
}

function predictRequestOf(signature: string, input: unknown, { night, experiment, maxMsat }: Asking) {
  const { backend, model, subModel: sub_model }: NightRequest = night;
  const limits = { maxMsat: Math.floor(maxMsat) };
  return predictRequestSchema.parse({
    signature,
    input,
    backend,
    experiment,
    limits,
    ...given({ model, sub_model }),
  });
}

async function ask(
  engine: NightEngine,
  signatureId: string,
  exampleId: string,
  asking: Asking,
  signal: AbortSignal,
): Promise<Asked> {
  const example = await visibleExample(engine, signatureId, exampleId);
  const request = predictRequestOf(signatureId, example.inputJson, asking);
  const { runId, finished } = await engine.predictions.start(request, signal);
  const run = await finished;
  const receipt = await topReceipt(engine.predictions, runId);
  const output = run.status === 'done' ? outputOf(run, example.inputJson) : null;
  const reward = REWARD_OF[asking.night.compile.reward ?? 'exact_json'];
  const score = output === null ? null : (await reward.of(example, output, signal)).reward;
  const madeBy =
    receipt === undefined
      ? null
      : { receiptId: receipt.receiptId, compiled_id: receipt.compiled_id, params: receipt.hashes.params };
  return { runId, madeBy, score, costMsat: run.metrics.cost_msat };
}

/** Codes that say that there is no such thing; whatever else is thrown says that it cannot be told. */
const NOT_THERE = new Set([
  'receipt-unknown',
  'example-unknown',
  'compile-unknown',
  'promotion-unknown',
  'canary-unknown',
  'artifact-unknown',
]);

export function idLookUp(engine: NightEngine): IdLookUp {
  const look = ({ kind, id }: Parameters<IdLookUp>[0], signatureId: string): Promise<{ readonly found?: string }> => {
    switch (kind) {
      case 'run':
        return engine.runs.get(id).then((run) => (run === undefined ? {} : { found: run.id }));
      case 'receipt':
        return engine.predictions.read(id).then(({ receiptId: found }) => ({ found }));
      case 'example':
        return engine.examples.get(signatureId, id).then(({ exampleId: found }) => ({ found }));
      case 'report':
        return engine.compiles.read(id).then(({ reportId: found }) => ({ found }));
      case 'promotion':
        return engine.promotions.read(id).then(({ promotionId: found }) => ({ found }));
      case 'canary':
        return engine.canaries.history(id).then(({ canary: { canaryId: found } }) => ({ found }));
      case 'artifact':
        return engine.artifacts.read(id).then(({ compiled_id: found }) => ({ found }));
    }
  };
  return async (id, signatureId) => {
    try {
      return (await look(id, signatureId)).found === id.id;
    } catch (thrown) {
      if (thrown instanceof PylonError && NOT_THERE.has(thrown.code)) return false;
      throw thrown;
    }
  };
}
