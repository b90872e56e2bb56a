// What all fan-outs of an exploration were told, chunk by chunk, and from there in the order of the input. A chunk that is the same as
// an earlier one has that one's answer, at its own place.
import type { ChunkAnswer } from '../../chunk/voice.ts';
import type { Fragment } from '../../cut/fragments.ts';
import type { Found } from '../../predict/rlm/world.ts';
import type { Gathering } from '../../run/fan-out.ts';
import type { GroundedFinding } from '../../verify/grounded.ts';

/** Where the text of a chunk begins: what two that are the same differ in. */
interface Origin {
  readonly file: number;
  readonly byte: number;
  readonly line: number;
}

interface Told {
  readonly origin: Origin;
  readonly findings: readonly GroundedFinding[];
}

function originOf({ file, textStartByte: byte, textStartLine: line }: Fragment): Origin {
  return { file, byte, line };
}

function placed({ finding, record, ...place }: GroundedFinding, from: Origin, to: Origin): Found {
  const [bytes, lines] = [to.byte - from.byte, to.line - from.line];
  return {
    file: to.file,
    startByte: place.startByte + bytes,
    endByte: place.endByte + bytes,
    startLine: place.startLine + lines,
    endLine: place.endLine + lines,
    quote: finding.quote,
    score: finding.score,
    ...(finding.note === undefined ? {} : { note: finding.note }),
    ...(record === undefined ? {} : { record }),
  };
}

export class FoundList implements Gathering {
  readonly #told = new Map<number, Told>();
  readonly #twins = new Map<number, { readonly origin: Origin; readonly as: number }>();
  readonly #bytes = new Map<number, number>();

  add(fragment: Fragment, { findings }: ChunkAnswer): void {
    this.#told.set(fragment.index, { origin: originOf(fragment), findings });
    this.#size(fragment);
  }

  same(fragment: Fragment, as: number): void {
    this.#twins.set(fragment.index, { origin: originOf(fragment), as });
    this.#size(fragment);
  }

  remove(chunks: ReadonlySet<number>): void {
    for (const chunk of chunks) this.#told.delete(chunk);
  }

  /** What the chunks [first, end) were told. */
  found(first: number, end: number): Found[] {
    const found: Found[] = [];
    for (let chunk = first; chunk < end; chunk++) {
      const told = this.#toldOf(chunk);
      if (told === undefined) continue;
      const to = this.#twins.get(chunk)?.origin ?? told.origin;
      const own = told.findings.map((finding) => placed(finding, told.origin, to));
      own.sort((one, other) => one.startByte - other.startByte || one.endByte - other.endByte);
      for (const one of own) found.push(one);
    }
    return found;
  }

  /** Bytes of those of the chunks [first, end) that have an answer. */
  bytesAnswered(first: number, end: number): number {
    let bytes = 0;
    for (let chunk = first; chunk < end; chunk++)
      if (this.#toldOf(chunk) !== undefined) bytes += this.#bytes.get(chunk) ?? 0;
    return bytes;
  }

  #toldOf(chunk: number): Told | undefined {
    return this.#told.get(this.#twins.get(chunk)?.as ?? chunk);
  }

  #size({ index, span }: Fragment): void {
    this.#bytes.set(index, span.end_byte - span.start_byte);
  }
}
