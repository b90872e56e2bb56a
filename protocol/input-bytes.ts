// How large an input is. In a file of its own, so that the browser can fold without the schemas of a run.
import type { InputFile } from './run.ts';

/** Bytes of all files together. */
export function inputBytes(files: readonly Pick<InputFile, 'bytes'>[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
