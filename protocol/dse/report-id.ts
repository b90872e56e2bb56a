// The name of a compile: whoever has its hashes finds it.

const HASH_CHARS = 16;

/** Of both hashes enough to tell compiles apart, and short enough to be written. */
export function reportIdOf(jobHash: string, datasetHash: string): string {
  return `${jobHash.slice(0, HASH_CHARS)}-${datasetHash.slice(0, HASH_CHARS)}`;
}
