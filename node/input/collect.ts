// From what the user named (files, directories, globs) to the list of text files to read: .gitignore is
// respected in directories, binaries are skipped by content, and what was left out is counted.
import { constants } from 'node:fs';
import { access, open, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { PylonError } from '../../protocol/errors.ts';
import { Within } from './within.ts';

export interface CollectedFile {
  /** Absolute path. */
  readonly location: string;
  /** The name the user knows it by; citations print it. */
  readonly path: string;
  readonly bytes: number;
}

/** Files that were met and not taken, by reason. */
export interface Skipped {
  binary: number;
  empty: number;
  ignored: number;
  unreadable: number;
  /** Links that lead out of where may be read. */
  outside: number;
}

export interface Collected {
  readonly files: readonly CollectedFile[];
  readonly skipped: Skipped;
}

/** Bytes looked at to tell text from binary: what git and grep look at, too. */
const SNIFF_BYTES = 8_000;
/** More files than this are a mistake (a whole disk), not a question. */
const FILES_MAX = 100_000;
/** Never part of a question about a directory. */
const ALWAYS_IGNORED = ['.git/', 'node_modules/'];

/** True when the first bytes hold a NUL, or mostly bytes that are not UTF-8 text. */
async function looksBinary(location: string): Promise<boolean> {
  const file = await open(location, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.includes(0)) return true;
    const text = head.toString('utf8');
    let replaced = 0;
    for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) replaced++;
    return replaced > text.length * 0.1 + 1;
  } finally {
    await file.close();
  }
}

function codeOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException | undefined)?.code ?? '';
}

function refuse(path: string, thrown: unknown): PylonError {
  const code = codeOf(thrown);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new PylonError('input-missing', { value: path, cause: thrown });
  return new PylonError('input-unreadable', {
    value: path,
    reason: `the input cannot be read (${code})`,
    cause: thrown,
  });
}

/** A file the user named himself: whatever is wrong with it is an error, not a skip. */
async function namedFile(location: string, path: string): Promise<CollectedFile> {
  try {
    await access(location, constants.R_OK);
    const { size } = await stat(location);
    if (size === 0) throw new PylonError('input-empty', { value: path, reason: 'the file is empty' });
    if (await looksBinary(location)) throw new PylonError('input-binary', { value: path });
    return { location, path, bytes: size };
  } catch (thrown) {
    throw thrown instanceof PylonError ? thrown : refuse(path, thrown);
  }
}

/** What is met on the way, and where that may be. */
interface Walk {
  readonly skipped: Skipped;
  /** Undefined: anywhere. */
  readonly within: Within | undefined;
}

/** A file met in a directory: skipped, and counted, when it is of no use. */
async function metFile(location: string, path: string, { skipped, within }: Walk): Promise<CollectedFile | undefined> {
  try {
    const { size } = await stat(location);
    if (within !== undefined && !(await within.has(location))) skipped.outside++;
    else if (size === 0) skipped.empty++;
    else if (await looksBinary(location)) skipped.binary++;
    else return { location, path, bytes: size };
  } catch {
    skipped.unreadable++; // counted and told: one unreadable file must not end the question about the rest
  }
  return undefined;
}

/** Files below a directory that its .gitignore files leave, sorted by path. */
async function filesBelow(directory: string, skipped: Skipped): Promise<string[]> {
  const { default: ignore } = await import('ignore');
  const { glob } = await import('tinyglobby');
  const options = { cwd: directory, dot: true, onlyFiles: true, followSymbolicLinks: false, expandDirectories: false };
  const all = (await glob(['**/*'], { ...options, ignore: ALWAYS_IGNORED.map((name) => `**/${name}**`) })).sort();
  const rules = new Map<string, ReturnType<typeof ignore>>();
  for (const path of all.filter((name) => basename(name) === '.gitignore')) {
    const folder = path.slice(0, -'.gitignore'.length);
    rules.set(folder, ignore().add(await readFile(join(directory, path), 'utf8')));
  }
  const ignored = (path: string) =>
    [...rules].some(
      ([folder, rule]) => path.startsWith(folder) && path !== folder && rule.ignores(path.slice(folder.length)),
    );
  const kept = all.filter((path) => !ignored(path));
  skipped.ignored += all.length - kept.length;
  return kept;
}

async function collectDirectory(directory: string, path: string, walk: Walk): Promise<CollectedFile[]> {
  const { skipped } = walk;
  const names = await filesBelow(directory, skipped);
  if (names.length > FILES_MAX)
    throw new PylonError('input-unreadable', {
      value: path,
      reason: `the directory holds more than ${FILES_MAX} files`,
    });
  const files: CollectedFile[] = [];
  for (const name of names) {
    const file = await metFile(join(directory, name), join(path, name), walk);
    if (file !== undefined) files.push(file);
  }
  if (files.length === 0)
    throw new PylonError('input-empty', {
      value: path,
      reason: `the directory has no text to read (${tellSkipped(skipped) || 'it is empty'})`,
    });
  return files;
}

async function collectGlob(pattern: string, path: string, walk: Walk): Promise<CollectedFile[]> {
  const { glob } = await import('tinyglobby');
  const base = resolve(pattern.slice(0, pattern.search(/[*?[\]{}]/)).replace(/[^/]*$/, '') || sep);
  const names = (
    await glob([relative(base, pattern)], { cwd: base, onlyFiles: true, expandDirectories: false })
  ).sort();
  const shownBase = path.slice(0, path.search(/[*?[\]{}]/)).replace(/[^/]*$/, '');
  const files: CollectedFile[] = [];
  for (const name of names.slice(0, FILES_MAX)) {
    const file = await metFile(join(base, name), `${shownBase}${name}`, walk);
    if (file !== undefined) files.push(file);
  }
  if (files.length === 0)
    throw new PylonError('input-missing', { value: path, reason: 'no text file matches the pattern' });
  return files;
}

/** `3 binary, 1 empty` or the empty string. */
export function tellSkipped(skipped: Skipped): string {
  const parts = Object.entries(skipped).filter(([, count]) => count > 0);
  return parts.map(([reason, count]) => `${count} ${reason}`).join(', ');
}

/**
 * Everything to read, in the order named, each file once.
 * @param sources absolute paths or globs, each with the name the user wrote
 * @param within where may be read; anywhere when absent
 * @throws PylonError `input-missing` | `input-unreadable` | `input-empty` | `input-binary` | `input-outside`
 */
export async function collect(
  sources: readonly { location: string; path: string }[],
  within?: Within,
): Promise<Collected> {
  const skipped: Skipped = { binary: 0, empty: 0, ignored: 0, unreadable: 0, outside: 0 };
  const walk = { skipped, within };
  const found = new Map<string, CollectedFile>();
  for (const { location, path } of sources) {
    await within?.check(location, path);
    const status = await stat(location).catch((thrown: unknown) => {
      if (/[*?[\]{}]/.test(location) && codeOf(thrown) === 'ENOENT') return undefined;
      throw refuse(path, thrown);
    });
    if (status === undefined)
      for (const file of await collectGlob(location, path, walk)) found.set(file.location, file);
    else if (status.isDirectory())
      for (const file of await collectDirectory(location, path, walk)) found.set(file.location, file);
    else found.set(location, await namedFile(location, path));
  }
  if (found.size === 0) throw new PylonError('input-empty');
  return { files: [...found.values()], skipped };
}

/** What a run names as its input. */
export interface NamedInput {
  /** Absolute paths or globs. */
  readonly files: readonly string[];
  /** Absolute path → the name that the user wrote. */
  readonly displayNames?: Readonly<Record<string, string>>;
  /** Absolute folders that it must be in; anywhere when absent. */
  readonly within?: readonly string[];
}

/** Everything a run reads. @param home what of it is kept from those who are bound to folders. @throws PylonError as `collect` does */
export async function collectFor({ files, displayNames, within }: NamedInput, home: string): Promise<Collected> {
  const bounds = within === undefined ? undefined : await Within.of(within, [home]);
  return collect(
    files.map((location) => ({ location, path: displayNames?.[location] ?? location })),
    bounds,
  );
}
