// The input of a run, as far as it is still what it was: each of its files is there, and has the hash that was told when it was read.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { UnchangedInput } from '../../dse/mine/grounding.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { errnoOf } from '../home.ts';
import { FileCorpus } from '../input/corpus.ts';

/** What may have become of a file meanwhile. */
const GONE: ReadonlySet<string> = new Set(['input-unreadable', 'input-changed', 'input-missing']);

async function hashOf(corpus: FileCorpus, file: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of corpus.open(file)) hash.update(piece);
  return hash.digest('hex');
}

/** A pipe in the place of a file would make everybody wait. */
async function isFile(location: string): Promise<boolean> {
  try {
    return (await stat(location)).isFile();
  } catch (thrown) {
    if (errnoOf(thrown) === undefined) throw thrown;
    return false; // as good as gone
  }
}

/**
 * @param locations absolute, in the order of the record; undefined where they are not known
 * @param hashes sha256 of each file
 * @returns undefined where anything is not as it was
 */
export async function unchangedInput(
  { inputs }: Pick<RunRecord, 'inputs'>,
  locations: readonly string[] | undefined,
  hashes: readonly (string | undefined)[],
): Promise<UnchangedInput | undefined> {
  if (locations === undefined || locations.length !== inputs.length || hashes.length !== inputs.length)
    return undefined;
  const corpus = new FileCorpus(inputs.map(({ path, bytes }, at) => ({ path, bytes, location: locations[at]! })));
  try {
    for (const [at, location] of locations.entries())
      if (!(await isFile(location)) || (await hashOf(corpus, at)) !== hashes[at]) return undefined;
  } catch (thrown) {
    if (thrown instanceof PylonError && GONE.has(thrown.code)) return undefined;
    throw thrown;
  }
  return { read: (file, startByte, endByte) => corpus.read(file, startByte, endByte) };
}
