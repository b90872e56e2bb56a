// Reads a file of runs (jsonl.ts) back: each run is laid out as an open folder and goes in by the one import there is, so
// that a file is believed no more than a folder. A run is there as a whole or not at all; those before a fault stay.
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PylonError } from '../../protocol/errors.ts';
import { TRACE_BYTES_MAX, TRACE_EVENTS_MAX, TRACE_LINE_BYTES_MAX } from '../../protocol/limits.ts';
import { isUlid } from '../../protocol/ulid.ts';
import { makeFolder } from '../store/make-folder.ts';
import type { Imported } from './import.ts';
import { JSONL_HEADER } from './jsonl.ts';
import { ARTIFACTS_FOLDER, CONFIG_FILE, outputsPath, TRACE_FILE } from './layout.ts';
import { plainLines } from './read-plain.ts';

/** A thousand runs of the usual size; more come in more files. */
const FILE_BYTES_MAX = 8 * TRACE_BYTES_MAX;
const FILE_MODE = 0o600;
const BUFFER_CHARS = 65_536;

const count = z.number().int().min(0);
const headerSchema = z.strictObject({ format: z.literal(JSONL_HEADER.format), v: z.literal(JSONL_HEADER.v) });
const beginSchema = z.strictObject({ run: z.string().refine(isUlid) });
const endSchema = z.strictObject({ end: z.string(), events: count, payloads: count });

/** A new file to which lines are added. */
class LineFile {
  readonly #path: string;
  #buffer = '';
  lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async add(line: string): Promise<void> {
    this.lines++;
    this.#buffer += `${line}\n`;
    if (this.#buffer.length >= BUFFER_CHARS) await this.flush();
  }

  async flush(): Promise<void> {
    const file = await open(this.#path, 'a', FILE_MODE);
    try {
      await file.appendFile(this.#buffer);
    } finally {
      await file.close();
    }
    this.#buffer = '';
  }
}

/** The folder that the lines of one run become. */
class Draft {
  readonly runId: string;
  readonly folder: string;
  readonly #events: LineFile;
  readonly #payloads: LineFile;

  constructor(runId: string, folder: string) {
    this.runId = runId;
    this.folder = folder;
    this.#events = new LineFile(join(folder, TRACE_FILE));
    this.#payloads = new LineFile(outputsPath(folder));
  }

  async open(): Promise<void> {
    await makeFolder(join(this.folder, ARTIFACTS_FOLDER));
    await writeFile(join(this.folder, CONFIG_FILE), JSON.stringify({ id: this.runId }), { mode: FILE_MODE });
  }

  /** @returns false when there are more than any run has */
  async add(line: string, isEvent: boolean): Promise<boolean> {
    const file = isEvent ? this.#events : this.#payloads;
    await file.add(line);
    return file.lines <= TRACE_EVENTS_MAX;
  }

  async close(): Promise<{ events: number; payloads: number }> {
    await this.#events.flush();
    if (this.#payloads.lines > 0) await this.#payloads.flush();
    return { events: this.#events.lines, payloads: this.#payloads.lines };
  }
}

export interface JsonlImportOptions {
  /** Takes in an open folder. */
  readonly importFolder: (folder: string) => Promise<Imported>;
  /** Where the drafts are made; made when it is missing. */
  readonly workFolder: string;
}

/**
 * The runs of the file, in its order.
 * @param path absolute
 * @throws PylonError `run-folder-invalid` with the line, and as an import of a folder does
 */
export async function importJsonl(path: string, options: JsonlImportOptions): Promise<Imported[]> {
  await makeFolder(options.workFolder);
  const work = await mkdtemp(join(options.workFolder, 'import-'));
  try {
    return await importInto(path, work, options);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function importInto(path: string, work: string, { importFolder }: JsonlImportOptions): Promise<Imported[]> {
  const imported: Imported[] = [];
  let draft: Draft | undefined;
  let number = 0;
  const invalid = (reason: string, cause?: unknown) =>
    new PylonError('run-folder-invalid', { value: `${path}:${number}`, reason, cause });
  for await (const line of plainLines(path, FILE_BYTES_MAX, TRACE_LINE_BYTES_MAX)) {
    number++;
    if (number === 1) {
      if (!headerSchema.safeParse(parse(line, invalid)).success)
        throw invalid(`the file does not begin with ${JSON.stringify(JSONL_HEADER)}`);
      continue;
    }
    const kind = kindOf(line);
    if (draft === undefined) {
      const begin = beginSchema.safeParse(parse(line, invalid));
      if (!begin.success) throw invalid('a run must begin here, with {"run":"<id>"}', begin.error);
      draft = new Draft(begin.data.run, join(work, `${number}`));
      await draft.open();
    } else if (kind === 'end') {
      const end = endSchema.safeParse(parse(line, invalid));
      const found = await draft.close();
      if (!end.success || end.data.end !== draft.runId) throw invalid('this line must end the run', end.error);
      if (end.data.events !== found.events || end.data.payloads !== found.payloads)
        throw invalid(`the run has ${found.events} events and ${found.payloads} payloads here, not what its end says`);
      imported.push(await importFolder(draft.folder));
      await rm(draft.folder, { recursive: true });
      draft = undefined;
    } else if (!(await draft.add(line, kind === 'event'))) throw invalid('the run is too long');
  }
  if (number === 0) throw invalid('the file is empty');
  if (draft !== undefined) throw invalid(`the file ends in the middle of run ${draft.runId}`);
  return imported;
}

/** By the first member, as jsonl.ts writes it; what a line is worth the import of the folder finds out. */
function kindOf(line: string): 'event' | 'payload' | 'end' {
  if (line.startsWith('{"end":')) return 'end';
  return line.startsWith('{"sha256":') ? 'payload' : 'event';
}

function parse(line: string, invalid: (reason: string, cause?: unknown) => PylonError): unknown {
  try {
    return JSON.parse(line);
  } catch (thrown) {
    throw invalid('a line is not JSON', thrown);
  }
}
