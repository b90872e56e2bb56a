// Whether what an answer cites is what was read: held against every other sight of the same bytes in the trace, against what the run's
// record says of them, and against the input where it is still there.
import { sha256Hex } from '../../protocol/event.ts';
import type { ExplorationOutput } from '../../protocol/rlm-trace.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { printSpan } from '../../protocol/span.ts';
import type { Retraced, Witness } from './retrace.ts';

type Cited = ExplorationOutput['evidence'][number];

/** The input of a run as it is now: file by file the same as it was read. */
export interface UnchangedInput {
  /** @throws PylonError `input-unreadable` | `input-changed` */
  read(file: number, startByte: number, endByte: number): Promise<Uint8Array>;
}

/** Bytes that both tell of are the same. */
function agrees(cited: Witness, { startByte, bytes }: Witness): boolean {
  const from = Math.max(cited.startByte, startByte);
  const end = Math.min(cited.startByte + cited.bytes.length, startByte + bytes.length);
  if (from >= end) return true;
  const one = cited.bytes.subarray(from - cited.startByte, end - cited.startByte);
  return one.equals(bytes.subarray(from - startByte, end - startByte));
}

/** The file of a citation, by its name; undefined where there is none, or where several have this name. */
function fileOf({ sources }: Retraced, path: string): number | undefined {
  const [found, another] = sources.filter((source) => source.path === path);
  return another === undefined ? found?.file : undefined;
}

/** What in the trace speaks against a citation, in words. */
export function ungroundedIn(retraced: Retraced): string | undefined {
  const { output, witnesses } = retraced;
  if (output.evidence.length === 0) return 'the answer cites nothing';
  for (const cited of output.evidence) {
    const bytes = Buffer.from(cited.quote);
    const file = fileOf(retraced, cited.path);
    if (file === undefined || bytes.length !== cited.end_byte - cited.start_byte)
      return `${printSpan(cited)} names no bytes of the input`;
    const claim = { file, startByte: cited.start_byte, bytes };
    const own = witnesses.filter((witness) => witness.file === file);
    if (!own.every((witness) => agrees(claim, witness))) return `${printSpan(cited)} was read as something else`;
  }
  return undefined;
}

/** What in the record of the run speaks against the answer, in words. */
export function otherThanRecorded({ output, span_refs }: RunRecord, told: ExplorationOutput): string | undefined {
  if (output !== told.answer) return 'the run has another answer than its exploration';
  const isCited = (cited: Cited, at: number) => {
    const span = span_refs[at];
    return (
      span?.path === cited.path &&
      span.start_byte === cited.start_byte &&
      span.end_byte === cited.end_byte &&
      span.content_hash === sha256Hex(cited.quote)
    );
  };
  if (span_refs.length !== told.evidence.length || !told.evidence.every(isCited))
    return 'the run cites other bytes than its exploration';
  return undefined;
}

/** What in the input itself speaks against a citation, in words. @throws PylonError `input-unreadable` | `input-changed` */
export async function ungroundedOnDisk(retraced: Retraced, input: UnchangedInput): Promise<string | undefined> {
  for (const cited of retraced.output.evidence) {
    const file = fileOf(retraced, cited.path);
    const bytes = file === undefined ? undefined : await input.read(file, cited.start_byte, cited.end_byte);
    if (bytes === undefined || !Buffer.from(bytes).equals(Buffer.from(cited.quote)))
      return `${printSpan(cited)} does not stand in the input`;
  }
  return undefined;
}
