// Files that commands write, and what they print of any length.
import { open, rename, rm } from 'node:fs/promises';
import { PylonError } from '../../protocol/errors.ts';
import type { Terminal } from './context.ts';

/** What people export is theirs alone until they share it. */
const FILE_MODE = 0o600;

/** The whole file or none: beside its place first, then there. @throws PylonError `home-unwritable` naming the path, and what the pieces throw */
export async function writeWhole(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    const file = await open(draft, 'w', FILE_MODE);
    try {
      for await (const piece of pieces) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (thrown) {
    await rm(draft, { force: true });
    if (thrown instanceof PylonError) throw thrown;
    throw new PylonError('home-unwritable', {
      value: path,
      reason: 'the file cannot be written',
      next: 'name another place with --output, or free space',
      cause: thrown,
    });
  }
}

/** Waits where the reader is slower than we are. */
export function writeSlowly(stdout: Terminal, piece: string): Promise<void> {
  return new Promise((done) => {
    if (stdout.write(piece)) done();
    else stdout.once('drain', done);
  });
}
