// list_files: names and sizes of the input's files. What .gitignore leaves out, and what is no text, was never part of the input.
import { z } from 'zod';
import { shortPath } from '../observation.ts';
import { filesOf, type ToolInput, whichSchema } from './input-files.ts';
import { type AnyTool, checkedTool } from './tool.ts';

const LISTED_MAX = 200;

export function listFiles(input: ToolInput): AnyTool {
  return checkedTool({
    name: 'list_files',
    about: 'names and bytes of the files',
    form: { 'under?': 'folder', 'glob?': '*.ts', 'from?': 'number' },
    args: z.strictObject({ ...whichSchema, from: z.number().int().min(0).optional() }),
    timeMs: 5_000,
    async run({ from = 0, ...which }) {
      const { files } = input.corpus;
      const all = filesOf(input, which);
      const shown = all
        .slice(from, from + LISTED_MAX)
        .map((file) => `${shortPath(files[file]!.path)} ${files[file]!.bytes}`);
      const rest = all.length - from - shown.length;
      return [
        `${all.length} files`,
        ...shown,
        ...(rest > 0 ? [`(${rest} more, from ${from + shown.length} on)`] : []),
      ].join('\n');
    },
  });
}
