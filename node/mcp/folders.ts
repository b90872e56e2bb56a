// Where the tools of an MCP server may read: the roots that the client gives, or the working directory, and what --allow adds.
import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PylonError } from '../../protocol/errors.ts';

/** More roots than this are no workspace. */
export const ROOTS_MAX = 256;

/** The folders among the roots of a client, in its order; those that are no files are nothing to us. */
export function foldersOf(roots: readonly { readonly uri: string }[]): string[] {
  const folders: string[] = [];
  for (const { uri } of roots.slice(0, ROOTS_MAX)) {
    try {
      if (uri.startsWith('file:')) folders.push(resolve(fileURLToPath(uri)));
    } catch {
      // A URI that names no file of this machine (another host, a broken escape) opens nothing.
    }
  }
  return folders;
}

/** A path that a tool was given. */
export interface NamedPath {
  /** Absolute; may be a glob. */
  readonly location: string;
  /** As citations print it: relative to the first folder where it is in that, else absolute. */
  readonly name: string;
}

export class Folders {
  /** Absolute. */
  readonly all: readonly string[];
  readonly #base: string;

  /** @param roots of the client, or the working directory; @param allowed by flags; all absolute */
  constructor(roots: readonly string[], allowed: readonly string[]) {
    this.all = [...roots, ...allowed];
    this.#base = this.all[0] ?? sep;
  }

  /** A relative path is looked for in each folder. @throws PylonError `input-missing` | `input-outside` */
  resolve(path: string): NamedPath {
    if (path.trim() === '') throw new PylonError('input-missing', { value: path, reason: 'the path is empty' });
    if (this.all.length === 0)
      throw new PylonError('input-outside', { value: path, reason: 'the client opened no folder' });
    if (path.includes('\0')) throw new PylonError('input-missing', { value: path, reason: 'a path has no NUL in it' });
    const candidates = isAbsolute(path) ? [resolve(path)] : this.all.map((folder) => resolve(folder, path));
    const location = candidates.find((candidate) => existsSync(candidate)) ?? candidates[0]!;
    const below = relative(this.#base, location);
    const isBelow = below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
    return { location, name: isBelow ? below : location };
  }

  /** Where the file is that a citation names. */
  locate(name: string): string {
    return resolve(this.#base, name);
  }
}
