// What is known of an input before any strategy has read it: sizes, and what the beginning of its largest file reads like. It costs one
// short read, so that choosing a strategy costs nothing beside running one.
import { inputBytes } from '../../protocol/input-bytes.ts';
import type { InputFeatures } from '../../protocol/select-strategy.ts';
import type { Corpus } from '../ports.ts';
import { KindProfile } from '../search/kind.ts';

/** Enough for the lines that a profile looks at. */
const SAMPLE_BYTES = 32_768;

/** @throws PylonError `input-changed` | `input-unreadable` */
export async function featuresOf(corpus: Corpus, windowTokens: number): Promise<InputFeatures> {
  const { files } = corpus;
  let largest = 0;
  for (const [index, { bytes }] of files.entries()) if (bytes > (files[largest]?.bytes ?? 0)) largest = index;
  const bytes = Math.min(SAMPLE_BYTES, files[largest]?.bytes ?? 0);
  const sample = bytes === 0 ? '' : Buffer.from(await corpus.read(largest, 0, bytes)).toString('utf8');
  const profile = new KindProfile();
  for (const line of sample.split('\n')) if (line.trim() !== '') profile.observe(line);
  return {
    bytes: inputBytes(files),
    files: Math.max(1, files.length),
    window_tokens: windowTokens,
    kind: profile.kind(),
  };
}
