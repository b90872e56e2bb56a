// Texts that came in a message, of MCP or of the chat endpoint, as files that a run can read. What is cited stays as long as its run
// is there, so that a citation opens its lines; all of them together have a bound, and past it the oldest go first.
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { PylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { errnoOf, homeError, homePaths } from '../home.ts';
import { isGone } from './spool.ts';

/** Bytes of all texts that are kept: eight messages of the largest size, or some thousand of the usual one. */
export const TEXTS_KEPT_BYTES_MAX = 1_073_741_824;
/** In the folder of a text: the id of the run that reads it. */
const RUN = 'run';
/** There once that run has ended. */
const OVER = 'over';
const MARKS: ReadonlySet<string> = new Set([RUN, OVER]);

/** The texts of one message, in a folder of their own (0700). */
export interface MessageTexts {
  /** Absolute. */
  readonly folder: string;
  /** Where the text of this number is, or will be. */
  pathOf(index: number): string;
  /** Keeps a short text, mode 0600. @throws PylonError `home-unwritable` */
  write(index: number, text: string): Promise<void>;
  /** A run reads them from now on. */
  begun(runId: string): Promise<void>;
  /** The run has ended: they stay where somebody may still look at them, and are gone otherwise. */
  over(record: Pick<RunRecord, 'span_refs' | 'error'>): Promise<void>;
  /** No run reads them. */
  remove(): Promise<void>;
}

interface Kept {
  readonly folder: string;
  readonly bytes: number;
  readonly sinceMs: number;
  /** No run reads it now. */
  readonly isIdle: boolean;
  /** No run ever will: its process died before one began. */
  readonly isLost: boolean;
}

async function describe(folder: string, pid: number): Promise<Kept> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const isDead = isGone(pid);
  const isIdle = names.includes(OVER) || isDead;
  return { folder, bytes, sinceMs: (await stat(folder)).mtimeMs, isIdle, isLost: isDead && !names.includes(RUN) };
}

/** What is kept; a folder that somebody removes meanwhile is not. */
async function keptIn(texts: string): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const name of await readdir(texts)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (!(pid > 0)) continue;
    try {
      kept.push(await describe(join(texts, name), pid));
    } catch (thrown) {
      if (errnoOf(thrown) !== 'ENOENT') throw thrown;
    }
  }
  return kept.sort((left, right) => left.sinceMs - right.sinceMs);
}

/** Removes what no run will read, and of the rest the oldest until the bound holds. */
async function trim(texts: string, bytesMax: number): Promise<void> {
  const kept = await keptIn(texts);
  let bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
  for (const one of kept) {
    if (!one.isLost && (bytes <= bytesMax || !one.isIdle)) continue;
    await rm(one.folder, { recursive: true, force: true });
    bytes -= one.bytes;
  }
}

async function makeFolder(home: string | undefined): Promise<string> {
  if (home === undefined) return mkdtemp(join(tmpdir(), 'pylon-'));
  const texts = homePaths.texts(home);
  await mkdir(texts, { recursive: true, mode: 0o700 });
  return mkdtemp(join(texts, `${process.pid}-`));
}

/** A run that was interrupted can go on, and needs what it reads. */
function isWanted({ span_refs, error }: Pick<RunRecord, 'span_refs' | 'error'>): boolean {
  return span_refs.length > 0 || error?.code === 'interrupted';
}

/**
 * @param home undefined where nothing is kept: the system's temporary folder, until the run is over
 * @param bytesMax of all texts of this home
 * @throws PylonError `home-unwritable`
 */
export async function openMessageTexts(
  home: string | undefined,
  bytesMax = TEXTS_KEPT_BYTES_MAX,
): Promise<MessageTexts> {
  const where = home ?? tmpdir();
  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (thrown) {
      throw thrown instanceof PylonError ? thrown : homeError(thrown, where);
    }
  };
  const folder = await guarded(() => makeFolder(home));
  const put = (name: string, text: string) => guarded(() => writeFile(join(folder, name), text, { mode: 0o600 }));
  const remove = () => rm(folder, { recursive: true, force: true });
  return {
    folder,
    pathOf: (index) => join(folder, String(index)),
    write: (index, text) => put(String(index), text),
    begun: (runId) => put(RUN, runId),
    async over(record) {
      if (home === undefined || !isWanted(record)) return remove();
      await put(OVER, '');
      await guarded(() => trim(homePaths.texts(home), bytesMax));
    },
    remove,
  };
}

/**
 * Removes the texts of a run that is deleted. @param locations absolute paths of its inputs; those elsewhere are left alone
 * @throws PylonError `home-unwritable`
 */
export async function removeTextsOf(home: string, runId: string, locations: readonly string[]): Promise<void> {
  const texts = homePaths.texts(home);
  const folders = new Set<string>();
  for (const location of locations) {
    const parts = relative(texts, location).split(sep);
    if (parts.length === 2 && /^\d+-/.test(parts[0] ?? '') && !MARKS.has(parts[1] ?? '')) folders.add(parts[0]!);
  }
  for (const name of folders) {
    const folder = join(texts, name);
    const owner = await readFile(join(folder, RUN), 'utf8').catch((thrown: unknown) => {
      if (errnoOf(thrown) === 'ENOENT') return undefined;
      throw homeError(thrown, folder);
    });
    if (owner === runId) await rm(folder, { recursive: true, force: true });
  }
}
