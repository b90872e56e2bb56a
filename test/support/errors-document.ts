// Writes docs/errors.md from the catalogue: `node out/test/support/errors-document.js > docs/errors.md`.
// Groups are the comments between the rows of protocol/error-catalogue.ts, so a new code needs one place only; those of money, predictions,
// and explorations have files of their own.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { CATALOGUE, type ErrorCode } from '../../protocol/errors.ts';

export interface ErrorGroup {
  readonly title: string;
  readonly codes: readonly ErrorCode[];
}

const INTRODUCTION = `# Errors

Every failure has a code. It stands in \`--json\` (\`error.code\`), in traces, in the API's answers and, as
\`"<code>: <words>"\`, in NIP-90 error feedback; scripts may rely on it. The message is one line: what is wrong, the
bad value, what to do next.

Exit codes: 0 an answer, 1 failed, 2 the command was used wrongly, 3 the budget did not reach, 4 the quorum or the
verification asked for was not reached, 130 interrupted.

This file is made from \`protocol/error-catalogue.ts\`; a test holds the two together. After changing the catalogue:
\`npm run build && node out/test/support/errors-document.js > docs/errors.md\`.
`;

function groupsOf(source: string): ErrorGroup[] {
  const groups: { title: string; codes: ErrorCode[] }[] = [];
  for (const line of source.slice(source.indexOf('CATALOGUE = {')).split('\n')) {
    const title = line.match(/^ {2}\/\/ ([A-Z].*)$/)?.[1];
    if (title !== undefined) groups.push({ title, codes: [] });
    const code = line.match(/^ {2}'?([a-z-]+)'?: row\(/)?.[1];
    if (code !== undefined) groups.at(-1)?.codes.push(code as ErrorCode);
  }
  return groups;
}

function source(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

export const ERROR_GROUPS: readonly ErrorGroup[] = groupsOf(
  source('protocol/error-catalogue.ts').replace(/^ {2}\.\.\.([A-Z]+)_ERRORS,$/gm, (_, of: string) =>
    source(`protocol/${of.toLowerCase()}-errors.ts`),
  ),
);

/** The whole text of docs/errors.md. */
export function errorsDocument(): string {
  const tables = ERROR_GROUPS.map(({ title, codes }) => {
    const rows = codes.map((code) => {
      const { means, next, exit } = CATALOGUE[code];
      return `| \`${code}\` | ${means} | ${next} | ${exit} |`;
    });
    return [`## ${title}`, '', '| code | what it means | what to do | exit |', '|---|---|---|---|', ...rows].join('\n');
  });
  return `${[INTRODUCTION, ...tables]
    .join('\n')
    .replace(/\n## /g, '\n\n## ')
    .replace(/\n{3,}/g, '\n\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(errorsDocument());
