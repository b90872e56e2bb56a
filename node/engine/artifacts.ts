// What is in force on this machine: the ledger's artifacts, pointers and canaries as the conductor asks for them, and the two desks.
import type { ActiveParams } from '../../conductor/predict/options.ts';
import { catalogue, catalogueEntry, defaultParams } from '../../conductor/signatures/catalogue.ts';
import { signatureReports } from '../../conductor/signatures/report.ts';
import { checkFits, unfitness } from '../../dse/artifacts/fitness.ts';
import { InForce } from '../../dse/artifacts/in-force.ts';
import { StoredArtifacts } from '../../ledger/dse/artifacts.ts';
import { CanaryControl } from '../../ledger/dse/canary-control.ts';
import { Pointers } from '../../ledger/dse/pointers.ts';
import type { RunJournal } from '../../ledger/journal.ts';
import type { ReceiptLibrary } from '../../ledger/receipts.ts';
import type { Store } from '../../ledger/store/store.ts';
import { notKept } from '../../ledger/volatile/runs.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { type CompiledArtifact, readArtifact } from '../../protocol/dse/artifact.ts';
import type { ArtifactSummary, InForceReport } from '../../protocol/dse/in-force.ts';
import { describe, PylonError } from '../../protocol/errors.ts';
import { LONG_CONTEXT_QA } from '../../protocol/long-context.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';
import type { InputFile, RunConfig } from '../../protocol/run.ts';
import { ulid } from '../../protocol/ulid.ts';
import type { ArtifactDesk, CanaryDesk } from './artifact-port.ts';
import type { EngineOptions } from './port.ts';

/** What is kept of artifacts, and what is in force of it. */
export interface ArtifactParts {
  readonly stored: StoredArtifacts;
  readonly pointers: Pointers;
  readonly canaries: CanaryControl;
  readonly live: RunJournal['canaries'];
  readonly inForce: InForce;
}

/** @param journal of the same store. @throws PylonError `store-corrupt` */
export async function openArtifacts(
  store: Store,
  journal: RunJournal,
  notice: EngineOptions['notice'],
): Promise<ArtifactParts> {
  const stored = new StoredArtifacts(store);
  const pointers = await Pointers.open(store, journal);
  const live = journal.canaries;
  const inForce = new InForce({ pointers, canaries: live, artifacts: stored }, (error) =>
    notice(`the signature's own parameters are used: ${error.message}`),
  );
  return { stored, pointers, canaries: new CanaryControl(store, journal), live, inForce };
}

/** The parameters of a run about files: sticky by its question and what it is about, for its input is not read yet. */
export function paramsOfRun(
  parts: ArtifactParts | undefined,
  query: string,
  files: readonly InputFile[],
): ActiveParams | undefined {
  const named = files.map(({ path, bytes }) => ({ path, bytes }));
  return parts?.inForce.active(LONG_CONTEXT_QA.signatureId, () => canonicalHash({ query, files: named }));
}

/** Those that it was begun with, whatever is in force now; it was counted, or not, when it was begun. */
export function paramsOfResumed(
  parts: ArtifactParts | undefined,
  { compiled_id: compiledId = DEFAULT_COMPILED_ID }: RunConfig,
): ActiveParams {
  const { signatureId } = LONG_CONTEXT_QA;
  return parts?.inForce.named(signatureId, compiledId) ?? defaultParams(signatureId);
}

/** @throws PylonError `signature-unknown` */
function checkSignature(signatureId: string): void {
  if (catalogueEntry(signatureId) === undefined) throw new PylonError('signature-unknown', { value: signatureId });
}

function faultOf(artifact: CompiledArtifact | undefined, compiledId: string): InForceReport['unfit'] {
  if (compiledId === DEFAULT_COMPILED_ID) return null;
  const fault =
    artifact === undefined ? new PylonError('artifact-unknown', { value: compiledId }) : unfitness(artifact);
  return fault === undefined ? null : describe(fault);
}

const refused = () => Promise.reject(notKept());

const NO_ARTIFACTS: ArtifactDesk = {
  list: refused,
  read: refused,
  keep: refused,
  active: refused,
  history: refused,
  rollback: refused,
  signatures: async () => signatureReports(),
};

/** @param parts absent where nothing is kept */
export function artifactDesk(parts: ArtifactParts | undefined, { clock }: Pick<EngineOptions, 'clock'>): ArtifactDesk {
  if (parts === undefined) return NO_ARTIFACTS;
  const { stored, pointers, live, inForce } = parts;
  const summaryOf = (artifact: CompiledArtifact): ArtifactSummary => {
    const { compiled_id, signatureId, hashes, jobHash, datasetHash } = artifact;
    const isActive = pointers.current(signatureId) === compiled_id;
    return { compiled_id, signatureId, hashes, jobHash, datasetHash, isActive, unfit: faultOf(artifact, compiled_id) };
  };
  return {
    list: async (signatureId) => (await stored.list(signatureId)).map(summaryOf),
    read: (compiledId) => stored.read(compiledId),
    async keep(given) {
      const artifact = readArtifact(given);
      checkFits(artifact);
      return { compiled_id: artifact.compiled_id, added: await stored.keep(artifact) };
    },
    active: async () =>
      catalogue().map(({ signature: { signatureId } }) => {
        const compiled_id = pointers.current(signatureId);
        const [latest] = pointers.history(signatureId);
        const unfit = faultOf(stored.now(compiled_id), compiled_id);
        return {
          signatureId,
          compiled_id,
          sinceMs: latest?.atMs ?? null,
          unfit,
          canary: live.live(signatureId) ?? null,
        };
      }),
    async history(signatureId) {
      checkSignature(signatureId);
      return pointers.history(signatureId);
    },
    async rollback({ signatureId, to, reason }) {
      checkSignature(signatureId);
      const target = to === undefined || to === DEFAULT_COMPILED_ID ? to : (await stored.read(to)).compiled_id;
      const move = { signatureId, reason, atMs: clock.now(), ...(target === undefined ? {} : { to: target }) };
      return pointers.rollback(move, (compiledId) => {
        const artifact = stored.now(compiledId);
        if (artifact !== undefined) checkFits(artifact);
      });
    },
    signatures: async () => signatureReports(inForce),
  };
}

const NO_CANARIES: CanaryDesk = { start: refused, stop: refused, list: refused, history: refused, judge: refused };

/** @param parts absent where nothing is kept */
export function canaryDesk(
  parts: ArtifactParts | undefined,
  receipts: ReceiptLibrary,
  { clock, random }: Pick<EngineOptions, 'clock' | 'random'>,
): CanaryDesk {
  if (parts === undefined) return NO_CANARIES;
  const { stored, pointers, canaries } = parts;
  return {
    async start(plan) {
      checkSignature(plan.signatureId);
      const artifact = await stored.read(plan.canary_compiled_id);
      if (artifact.signatureId !== plan.signatureId)
        throw new PylonError('request-invalid', {
          value: artifact.compiled_id,
          reason: `it is an artifact of ${artifact.signatureId}`,
        });
      checkFits(artifact);
      return pointers.alone(() => {
        const nowMs = clock.now();
        const id = ulid(Math.floor(nowMs), random.bytes(10));
        const control = pointers.current(plan.signatureId);
        return canaries.start({ ...plan, canary_compiled_id: artifact.compiled_id }, control, id, nowMs);
      });
    },
    stop: (signatureId, reason) => canaries.stop(signatureId, reason, clock.now()),
    list: (signatureId) => canaries.list(signatureId),
    async history(canaryId) {
      const canary = await canaries.read(canaryId);
      return { canary, rows: await canaries.history(canary.canaryId) };
    },
    async judge(receiptId, isBad) {
      const receipt = await receipts.read(receiptId);
      if (receipt.canary === undefined)
        throw new PylonError('canary-unknown', { value: receiptId, reason: 'no canary counts this prediction' });
      return canaries.judge(
        receipt.signatureId,
        { ...receipt.canary, receiptId: receipt.receiptId, isBad },
        clock.now(),
      );
    },
  };
}
