// PYLON_HOME: where it is, that only its owner can read it, and how files in it are written so that
// neither a crash nor a second process ever leaves half a file.
import { access, constants, link, open, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../ledger/store/make-folder.ts';
import { PylonError } from '../protocol/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const _FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Identity, token, pid and config are small; a larger file is not one of ours. */
const PRIVATE_FILE_BYTES_MAX = 1_048_576;

/** `$PYLON_HOME`, or `~/.openagents/pylon`; always absolute. */
export function homeOf(environment: Environment): string {
  const named = environment.PYLON_HOME;
  if (named !== undefined && named.trim() !== '') return resolve(named);
  // An empty HOME would name the folder we stand in: the system's own record of the user knows better.
  const user = [environment.HOME, homedir(), userInfo().homedir].find((home) => home !== undefined && home !== '');
  return resolve(user ?? '/', '.openagents', 'pylon');
}

/** The files and folders of a home, by name. */
export const homePaths = {
  config: (home: string) => join(home, 'config.toml'),
  identity: (home: string) => join(home, 'identity.json'),
  embeddedKey: (home: string) => join(home, 'embedded.key'),
  token: (home: string) => join(home, 'token'),
  sessions: (home: string) => join(home, 'sessions.json'),
  wallet: (home: string) => join(home, 'wallet.json'),
  daemon: (home: string) => join(home, 'daemon.json'),
  log: (home: string) => join(home, 'pylon.log'),
  hub: (home: string) => join(home, 'hub'),
  store: (home: string) => join(home, 'store'),
  runs: (home: string) => join(home, 'runs'),
  spool: (home: string) => join(home, 'spool'),
  /** Texts that came in messages, as long as their run needs them (node/input/message-texts.ts). */
  texts: (home: string) => join(home, 'texts'),
};

/** errno of a failed system call, `''` for anything else. */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'PYLON_HOME cannot be written: permission denied',
  EPERM: 'PYLON_HOME cannot be written: permission denied',
  EROFS: 'PYLON_HOME cannot be written: the file system is read-only',
  ENOSPC: 'PYLON_HOME cannot be written: the disk is full',
  EDQUOT: 'PYLON_HOME cannot be written: the disk quota is used up',
  ENOENT: 'PYLON_HOME cannot be made: the folder above it is missing and cannot be made',
  ENOTDIR: 'PYLON_HOME cannot be made: a part of its path is a file',
  EEXIST: 'PYLON_HOME cannot be made: a file is in its place',
};

/** `home-unwritable` with the system's reason in words. */
export function homeError(thrown: unknown, path: string): PylonError {
  const reason = REASONS[errnoOf(thrown)];
  return new PylonError('home-unwritable', { value: path, cause: thrown, ...(reason === undefined ? {} : { reason }) });
}

/**
 * Makes the folder (0700) when it is missing. One that is there keeps its rights, for it may be shared on purpose;
 * `pylon doctor` warns of it. @throws PylonError `home-unwritable`
 */
export async function openHome(home: string): Promise<void> {
  try {
    await makeFolder(home);
    await access(home, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    throw homeError(thrown, home);
  }
}

/** The text of a small file, undefined when there is none. @throws the system's error otherwise */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > PRIVATE_FILE_BYTES_MAX) {
      throw new PylonError('home-unwritable', { value: path, reason: `a file of ${size} bytes is not one of ours` });
    }
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT' || errnoOf(thrown) === 'ENOTDIR') return undefined;
    throw thrown;
  }
}

let temporaryCount = 0;

/** Writes a sibling file with the whole text, synced; the caller moves it into place. */
async function writeTemporary(path: string, text: string): Promise<string> {
  temporaryCount++;
  const temporary = join(dirname(path), `.${process.pid}-${temporaryCount}.tmp`);
  const file = await open(temporary, 'w', FILE_MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (thrown) {
    await rm(temporary, { force: true }); // a full disk: half a file is of no use to anybody
    throw thrown;
  } finally {
    await file.close();
  }
  return temporary;
}

/** Replaces the file as a whole, 0600. @throws PylonError `home-unwritable` */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  try {
    const temporary = await writeTemporary(path, text);
    try {
      await rename(temporary, path);
    } catch (thrown) {
      await rm(temporary, { force: true });
      throw thrown;
    }
  } catch (thrown) {
    throw homeError(thrown, path);
  }
}

/**
 * Makes the file only if there is none, whole from its first moment: of two racing processes one wins.
 * @returns false when it was there already
 * @throws PylonError `home-unwritable`
 */
export async function createPrivateFile(path: string, text: string): Promise<boolean> {
  try {
    const temporary = await writeTemporary(path, text);
    try {
      await link(temporary, path);
      return true;
    } finally {
      await unlink(temporary);
    }
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') return false;
    throw homeError(thrown, path);
  }
}
