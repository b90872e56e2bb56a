// What improves the predictions of an engine: one desk for each part of it. Each is the same on this machine and over a daemon's API.
import type { DseExample } from '../../protocol/dse/example.ts';
import type {
  Dataset,
  ExampleChange,
  ExampleImport,
  ExamplePage,
  ExampleSelection,
  Kept,
  Label,
} from '../../protocol/dse/example-list.ts';
import type {
  ExportedTrace,
  MineReport,
  MineRequest,
  TacticDraft,
  TacticDraftRequest,
  TacticReport,
  TacticRequest,
  TraceExport,
} from '../../protocol/dse/mining.ts';
import type { ArtifactDesk, CanaryDesk } from './artifact-port.ts';
import type { CompileDesk } from './compile-port.ts';
import type { NightDesk } from './night-port.ts';
import type { PromotionDesk } from './promotion-port.ts';

/** Labelled examples. Whatever writes, writes all of it in one synced batch or nothing. */
export interface ExampleDesk {
  /** In order, page by page. @throws PylonError `request-invalid` (cursor) */
  list(selection: ExampleSelection): Promise<ExamplePage>;
  /** @throws PylonError `example-unknown` */
  get(signatureId: string, exampleId: string): Promise<DseExample>;
  /** Each signature that has examples. @param signatureId only this one: zeros where it has none. @throws PylonError `signature-unknown` */
  datasets(signatureId?: string): Promise<readonly Dataset[]>;
  /** Adds them, or puts them in the place of those with their ids. @throws PylonError `signature-unknown` | `example-invalid` */
  keep(examples: readonly DseExample[]): Promise<Kept>;
  /** @throws PylonError `example-unknown` | `example-invalid` */
  edit(signatureId: string, exampleId: string, change: ExampleChange): Promise<DseExample>;
  /** Approves, corrects or rejects one. @throws PylonError `example-unknown` | `example-invalid` */
  label(label: Label): Promise<DseExample>;
  /** One that was mined is mined again: reject it, and it stays away. @throws PylonError `example-unknown` */
  remove(signatureId: string, exampleId: string): Promise<void>;
  /** @throws PylonError `input-missing` | `input-unreadable` | `example-invalid` naming the line */
  importFile(request: ExampleImport): Promise<Kept>;
}

/** From receipts and traces to examples and tactics. */
export interface MiningDesk {
  /** @throws PylonError `receipt-unknown` | `trace-not-mined` with the reason */
  exportTrace(request: TraceExport): Promise<ExportedTrace>;
  /** @throws PylonError `signature-unknown` */
  mine(request: MineRequest): Promise<MineReport>;
  /** @throws PylonError `signature-unknown` */
  tactics(request: TacticRequest): Promise<TacticReport>;
  /** @throws PylonError `signature-unknown` | `trace-not-mined` where no tactic has this id */
  draft(request: TacticDraftRequest): Promise<TacticDraft>;
}

/** All of them, as an engine has them. */
export interface Improvement {
  readonly artifacts: ArtifactDesk;
  readonly canaries: CanaryDesk;
  readonly compiles: CompileDesk;
  readonly promotions: PromotionDesk;
  readonly examples: ExampleDesk;
  readonly mining: MiningDesk;
  readonly nights: NightDesk;
}
