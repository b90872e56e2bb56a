// Writes one key of config.toml and leaves the rest of the file, comments too, as its owner wrote it.
import { isDeepStrictEqual } from 'node:util';
import { type ConfigKey, parseConfigText } from './config.ts';

type Table = Record<string, unknown>;

/** The assignment as a line of TOML. @param value text, number, true or false, or a list of texts */
function assignment(name: string, value: unknown): string {
  const written = Array.isArray(value)
    ? `[${value.map((part) => JSON.stringify(part)).join(', ')}]`
    : JSON.stringify(value);
  return `${name} = ${written}`;
}

function withKey(table: Table, key: ConfigKey, value: unknown): Table {
  const [first = '', second] = key.split('.');
  if (second === undefined) return { ...table, [first]: value };
  return { ...table, [first]: { ...(table[first] as Table | undefined), [second]: value } };
}

/** Replaces the key's line, or adds one at the end of its table. */
function edited(lines: readonly string[], key: ConfigKey, value: unknown): string[] {
  const [first = '', second] = key.split('.');
  const section = second === undefined ? '' : first;
  const name = second ?? first;
  let current = '';
  let end = section === '' ? 0 : -1;
  for (const [at, line] of lines.entries()) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim();
    if (header !== undefined) current = header;
    if (current !== section) continue;
    if (new RegExp(`^\\s*${name}\\s*=`).test(line)) return lines.with(at, assignment(name, value));
    if (line.trim() !== '') end = at + 1;
  }
  if (end >= 0) return lines.toSpliced(end, 0, assignment(name, value));
  return [...lines, ...(lines.length === 0 ? [] : ['']), `[${section}]`, assignment(name, value)];
}

/**
 * The text of config.toml with one key set. Should the line-wise edit not say exactly that (a value over several
 * lines, a dotted key), the file is written anew from its values.
 * @throws PylonError `config-unreadable` when the text is not TOML
 */
export async function setInConfigText(text: string, path: string, key: ConfigKey, value: unknown): Promise<string> {
  const { parse, stringify } = await import('smol-toml');
  const wanted = withKey(await parseConfigText(text, path), key, value);
  const lines = text === '' ? [] : text.replace(/\n+$/, '').split('\n');
  const result = `${edited(lines, key, value).join('\n')}\n`;
  try {
    if (isDeepStrictEqual(JSON.parse(JSON.stringify(parse(result))), JSON.parse(JSON.stringify(wanted)))) return result;
  } catch {
    // The edit made no valid TOML: written anew below.
  }
  return stringify(wanted);
}
