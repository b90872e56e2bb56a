// What LevelDB and the file system say when they fail, in our words: a code, the path and the next step,
// never a raw stack.
import { PylonError } from '../../protocol/errors.ts';

/** The innermost error, which names the reason: LevelDB wraps it once or twice. */
function rootOf(thrown: unknown): unknown {
  let root = thrown;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return root;
}

/** `ENOSPC`, `LEVEL_LOCKED` and the like; `''` where there is none. */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** LevelDB passes on the text of strerror only. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^ENOSPC|No space left on device/, 'the disk is full'],
  [/^EDQUOT|Disk quota exceeded/, 'the disk quota is used up'],
  [/^EROFS|Read-only file system/, 'the file system is read-only'],
  [/^(EACCES|EPERM)|Permission denied|Operation not permitted/, 'permission denied'],
  [/^(ENOTDIR|EEXIST)|Not a directory|File exists/, 'a file is where a folder should be'],
  [/^ENOENT/, 'nothing can be made there'],
  [/^EMFILE|Too many open files/, 'too many files are open'],
  [/^EIO|Input\/output error/, 'the disk reports an error'],
];

/** Why a system call failed, in words; undefined when it was not a system call. */
export function systemReason(thrown: unknown): string | undefined {
  const root = rootOf(thrown);
  const text = `${errnoOf(root)} ${root instanceof Error ? root.message : String(root)}`;
  return REASONS.find(([pattern]) => pattern.test(text))?.[1];
}

function damage(thrown: unknown): boolean {
  const root = rootOf(thrown);
  if (errnoOf(root) === 'LEVEL_CORRUPTION') return true;
  // LevelDB reports files that are gone, or a CURRENT that points nowhere, as other kinds of failure.
  return root instanceof Error && /MANIFEST|CURRENT|\.ldb|missing files/.test(root.message);
}

/** The store could not be opened. `home-unwritable` | `store-locked` | `store-corrupt` | `store-failed` */
export function openFault(thrown: unknown, folder: string): PylonError {
  if (thrown instanceof PylonError) return thrown;
  const detail = { value: folder, cause: thrown };
  if (errnoOf(rootOf(thrown)) === 'LEVEL_LOCKED') return new PylonError('store-locked', detail);
  const reason = systemReason(thrown);
  if (reason !== undefined)
    return new PylonError('home-unwritable', { ...detail, reason: `the store cannot be opened, ${reason}` });
  if (damage(thrown)) return new PylonError('store-corrupt', detail);
  return new PylonError('store-failed', { ...detail, reason: `the store cannot be opened, ${firstLine(thrown)}` });
}

/** A write failed: nothing of its batch is acknowledged. `store-failed` | `store-corrupt` */
export function writeFault(thrown: unknown, folder: string): PylonError {
  if (thrown instanceof PylonError) return thrown;
  const reason = systemReason(thrown);
  const detail = { value: folder, cause: thrown };
  if (reason === undefined && damage(thrown)) return new PylonError('store-corrupt', detail);
  return new PylonError('store-failed', {
    ...detail,
    reason: `the store could not be written, ${reason ?? firstLine(thrown)}`,
  });
}

/** A read failed. `store-corrupt` | `store-failed` */
export function readFault(thrown: unknown, folder: string): PylonError {
  if (thrown instanceof PylonError) return thrown;
  const detail = { value: folder, cause: thrown };
  if (damage(thrown)) return new PylonError('store-corrupt', detail);
  return new PylonError('store-failed', {
    ...detail,
    reason: `the store could not be read, ${systemReason(thrown) ?? firstLine(thrown)}`,
  });
}

function firstLine(thrown: unknown): string {
  const root = rootOf(thrown);
  return (root instanceof Error ? root.message : String(root)).split('\n', 1)[0] ?? '';
}
