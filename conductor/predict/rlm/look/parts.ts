// Parts of the input as files of their own: what is to be searched or cut, whole files or passages of them, read by ranges and told in the
// bytes and lines of the file they are from.
import type { Corpus } from '../../../ports.ts';
import type { Place } from '../world.ts';

/** Bytes of one read. */
const READ_BYTES = 262_144;

/** A passage, or all of a file: then its lines begin with 1. */
export type Part = Place;

/** The parts that a request means: its passages, or its files, or everything. Empty ones and files that are not there are left out. */
export function partsOf(
  corpus: Corpus,
  { files, passages }: { readonly files?: readonly number[]; readonly passages?: readonly Place[] },
): Part[] {
  const wanted =
    passages ??
    [...new Set(files ?? corpus.files.keys())]
      .sort((left, right) => left - right)
      .map((file) => ({ file, startByte: 0, endByte: corpus.files[file]?.bytes ?? 0, startLine: 1 }));
  return wanted.flatMap(({ file, startByte, endByte, startLine }) => {
    const end = Math.min(endByte, corpus.files[file]?.bytes ?? 0);
    return startByte < end ? [{ file, startByte, endByte: end, startLine }] : [];
  });
}

/** Bytes of a part, in order. @throws PylonError `input-unreadable` | `input-changed` */
export async function* openPart(corpus: Corpus, { file, startByte, endByte }: Part): AsyncGenerator<Uint8Array> {
  if (startByte === 0 && endByte === corpus.files[file]?.bytes) {
    yield* corpus.open(file);
    return;
  }
  for (let at = startByte; at < endByte; at += READ_BYTES)
    yield await corpus.read(file, at, Math.min(endByte, at + READ_BYTES));
}

/** A corpus whose files are the parts. */
export function corpusOfParts(corpus: Corpus, parts: readonly Part[]): Corpus {
  return {
    files: parts.map(({ file, startByte, endByte }) => ({
      path: corpus.files[file]!.path,
      bytes: endByte - startByte,
    })),
    open: (file) => openPart(corpus, parts[file]!),
    read: (file, startByte, endByte) => {
      const part = parts[file]!;
      return corpus.read(part.file, part.startByte + startByte, part.startByte + endByte);
    },
  };
}

/** Passages in the order of the input, what overlaps or touches made one: each byte once. */
export function mergedPlaces(passages: readonly Place[]): Place[] {
  const sorted = [...passages].sort((left, right) => left.file - right.file || left.startByte - right.startByte);
  const merged: Place[] = [];
  for (const passage of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && last.file === passage.file && passage.startByte <= last.endByte)
      merged[merged.length - 1] = { ...last, endByte: Math.max(last.endByte, passage.endByte) };
    else merged.push(passage);
  }
  return merged;
}
