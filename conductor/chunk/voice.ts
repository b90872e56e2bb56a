// One answer to one chunk, and what is at stake for it. The stake stays open until it is known what the answer is worth,
// and is resolved exactly once, whatever happens meanwhile.
import type { Offer } from '../../protocol/handler.ts';
import type { JobRequest } from '../../protocol/job.ts';
import type { Msat } from '../../protocol/money.ts';
import { type ChunkOutput, isRecords } from '../../protocol/records.ts';
import type { Stake } from '../stake/stake.ts';
import type { GroundedFinding } from '../verify/grounded.ts';
import { confirmNotes } from '../verify/notes.ts';

/** What a chunk's answer adds to the evidence. */
export interface ChunkAnswer {
  readonly findings: readonly GroundedFinding[];
  readonly model: string;
  /** Of records: lines that were told and are left out, because too few of those who were asked say the same. */
  readonly linesDropped?: number;
}

/** Bound and grounded, and no more than that: whether it is true is for the panel to say. */
export interface Said extends ChunkAnswer {
  readonly queryId: string;
  readonly chunk: number;
  /** Hex key, or the local backend's name. */
  readonly provider: string;
  /** Whose provider it is: those of one cluster never check each other. */
  readonly cluster: string;
  /** What counts of what it sent. */
  readonly output: ChunkOutput;
  /** Of all that it sent. */
  readonly outputHash: string;
  /** Quotes or records of it that do not stand in the chunk. */
  readonly dropped: number;
  /** From asking to answering. */
  readonly latencyMs: number;
  /** Our own answers have none. */
  readonly provenance?: Provenance;
}

/** Where a provider's answer comes from: what a validator has to know to judge it. */
export interface Provenance {
  readonly offer: Offer;
  readonly request: JobRequest;
  /** Id of its 5940 event (hex). */
  readonly requestId: string;
  /** Canonical JSON of what the provider sent: `outputHash` is its hash. */
  readonly canonical: string;
}

/** What is paid for an answer that is accepted. Our own answers have none. */
export interface Claim {
  readonly stake: Stake;
  /** What the provider says it is owed; at most the hold is posted. */
  readonly amountMsat: Msat;
}

/**
 * What others who said the same confirm of an answer: its evidence, and of its notes those that one of them gave, too. An answer
 * that stands alone is handed on as it is.
 */
export function confirmedBy({ findings, model }: ChunkAnswer, others: readonly ChunkOutput[]): ChunkAnswer {
  if (others.length === 0 || findings.every(({ finding }) => finding.note === undefined)) return { findings, model };
  const notes = confirmNotes(
    findings.map(({ finding }) => finding),
    others.flatMap((other) => (isRecords(other) ? [] : [other])),
  );
  return { findings: findings.map((grounded, index) => ({ ...grounded, finding: notes[index]! })), model };
}

export class Voice {
  readonly queryId: string;
  readonly chunk: number;
  readonly provider: string;
  readonly cluster: string;
  readonly output: ChunkOutput;
  readonly outputHash: string;
  readonly dropped: number;
  readonly findings: readonly GroundedFinding[];
  readonly model: string;
  readonly latencyMs: number;
  readonly provenance: Provenance | undefined;
  readonly #claim: Claim | undefined;
  #resolution: Promise<void> | undefined;

  constructor(said: Said, claim?: Claim) {
    this.queryId = said.queryId;
    this.chunk = said.chunk;
    this.provider = said.provider;
    this.cluster = said.cluster;
    this.output = said.output;
    this.outputHash = said.outputHash;
    this.dropped = said.dropped;
    this.findings = said.findings;
    this.model = said.model;
    this.latencyMs = said.latencyMs;
    this.provenance = said.provenance;
    this.#claim = claim;
  }

  /** It was accepted: its provider gets its price. Nothing when it was rejected before. @throws PylonError `store-failed` */
  settle(): Promise<void> {
    return this.#resolve(({ stake, amountMsat }) => stake.settle(this.provider, amountMsat));
  }

  /** It was not believed, or came too late: nothing is owed. Nothing when it was settled before. */
  reject(reason: string): Promise<void> {
    return this.#resolve(({ stake }) => stake.release(reason));
  }

  #resolve(how: (claim: Claim) => Promise<void>): Promise<void> {
    this.#resolution ??= this.#claim === undefined ? Promise.resolve() : how(this.#claim);
    return this.#resolution;
  }
}

/** A voice, or why there is none: `silent` providers may be gone, `unpaid` ones want money first, `failed` ones are of no use here. */
export type Outcome = Voice | 'failed' | 'silent' | 'unpaid';
