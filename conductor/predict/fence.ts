// Keeps what was read apart from what is asked. Every line of foreign text gets a prefix that no foreign text can
// escape from, and the marks by which chat templates switch roles lose their meaning.
import type { Evidence } from '../../protocol/signature.ts';
import { cutQuote } from './fit.ts';

/** Of a long quote this much is shown: a dozen of them must leave room in a small model's context. */
const QUOTE_CHARS_SHOWN = 1_500;

/** Line breaks of every kind; a lone one inside a line would let data begin a line of its own. */
const BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
const LONE_BREAK = /[\r\v\f\u0085\u2028\u2029]/g;

/** Marks that chat templates read as a change of role. A space inside breaks them and is ignored when quotes are located. */
const ROLE_MARK = /<(?=[|\uff5c]|\/?s>|(?:start|end)_of_turn>|<\/?SYS>)|\[(?=\/?INST\])/g;

function harmless(line: string): string {
  return line.replace(ROLE_MARK, '$& ');
}

/** `12| text` for each line of a chunk, numbered from 1. Only a line feed begins a new one, as in a citation. */
export function numberedLines(text: string): string {
  const lines = text.split('\n');
  if (lines.length > 1 && lines[lines.length - 1] === '') lines.pop();
  // Looked for once in all of it: most texts have neither, and their lines need not be looked at one by one.
  const hasMark = text.search(ROLE_MARK) >= 0;
  const hasBreak = text.search(LONE_BREAK) >= 0;
  const shown = (line: string) => {
    const whole = hasBreak ? line.replace(/\r$/, '').replace(LONE_BREAK, ' ') : line;
    return hasMark ? harmless(whole) : whole;
  };
  return lines.map((line, index) => `${index + 1}| ${shown(line)}`).join('\n');
}

/** `| text` for each line. */
export function barredLines(text: string): string {
  return text
    .split(BREAK)
    .map((line) => `| ${harmless(line)}`)
    .join('\n');
}

/** One line without breaks, for outlines, headings and references. */
export function oneLine(text: string): string {
  return harmless(text.replace(BREAK, ' '));
}

/** Numbered evidence: where it stands, its quote, and what its finder noted. All of it is foreign. */
export function evidenceBlock(evidence: readonly Evidence[]): string {
  if (evidence.length === 0) return 'Evidence: none.';
  return ['Evidence:', ...evidence.map(evidenceItem)].join('\n');
}

function evidenceItem({ n, reference, quote, note, count }: Evidence): string {
  const times = count !== undefined && count > 1 ? ` (${count} lines like this)` : '';
  const remark = note === undefined ? '' : `\n| (note: ${oneLine(note)})`;
  return `[${n}] ${oneLine(reference)}${times}\n${barredLines(cutQuote(quote, QUOTE_CHARS_SHOWN))}${remark}`;
}
