// The files that tools may see: those of the run's input, by the names the user knows them by. A name is looked up, never resolved, so
// that no `..`, no absolute path and no symbolic link leads to anything else.
import { z } from 'zod';
import { PylonError } from '../../../../protocol/errors.ts';
import type { Corpus } from '../../../ports.ts';
import { shortPath } from '../observation.ts';
import type { RegexEngine } from '../world.ts';

export interface ToolInput {
  readonly corpus: Corpus;
  readonly regex: RegexEngine;
}

const NAME_CHARS_MAX = 512;

export const pathSchema = z.string().min(1).max(NAME_CHARS_MAX);
/** Which files: below a folder, or whose name fits `*`, `**` and `?`. */
export const whichSchema = { under: pathSchema.optional(), glob: pathSchema.max(200).optional() };
export interface Which {
  readonly under?: string | undefined;
  readonly glob?: string | undefined;
}

/** The number of a file. @throws PylonError `tool-refused` where the input has no file of that name */
export function fileOf({ files }: Corpus, path: string): number {
  const name = path.replace(/^\.\//, '');
  const exact = files.findIndex((file) => file.path === path || file.path === name);
  if (exact >= 0) return exact;
  const ending = files.flatMap((file, index) => (file.path.endsWith(`/${name}`) ? [index] : []));
  if (ending.length === 1) return ending[0]!;
  throw new PylonError('tool-refused', {
    value: shortPath(path),
    reason:
      ending.length === 0
        ? 'the input has no file of this name; list_files tells which there are'
        : 'several files end with this name; write all of it',
  });
}

/** Numbers of the files meant, in the order of the input; all where nothing is said. */
export function filesOf({ corpus, regex }: ToolInput, { under, glob }: Which): number[] {
  const folder =
    under === undefined || /^\.?\/?$/.test(under) ? '' : `${under.replace(/^\.\//, '').replace(/\/+$/, '')}/`;
  const pattern = glob === undefined ? undefined : regex.compile(globPattern(glob), false);
  return corpus.files.flatMap(({ path }, file) => {
    if (folder !== '' && !path.startsWith(folder) && !path.includes(`/${folder}`)) return [];
    return pattern === undefined || pattern.find(path.slice(-4_096), 0) !== undefined ? [file] : [];
  });
}

/** A glob as a pattern of the end of a path: `*.ts` is any file of that ending, `src/**` all below a folder of that name. */
function globPattern(glob: string): string {
  const parts = glob.replace(/^\.?\//, '').split(/(\*\*\/?|\*|\?)/);
  const body = parts.map((part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return `(?:^|/)${body.join('')}$`;
}
