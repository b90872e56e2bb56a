// What a redaction takes out, as a table for people: the rules, what each of them removed and how often, and what stays.
import type { ExportPreview } from '../../ledger/export/exporter.ts';
import type { RedactionRule } from '../../ledger/redact/rules.ts';
import { grouped, plural } from '../../protocol/words.ts';
import { printableLine } from './printable.ts';

const WORDS: Readonly<Record<RedactionRule, string>> = {
  secrets: 'what looks like a secret',
  input: 'text of the input, words of providers, and their hashes',
  answer: 'the answer',
  query: 'the question',
  prompts: 'what else was said to models',
  paths: 'names of files',
  keys: 'public keys, relays and ids of events',
  names: 'names that providers gave themselves',
  notes: 'notes on the run',
};

/** Lines with a newline each; nothing in them is what was removed. */
export function printPreview({ runs, rules, kept, removed }: ExportPreview): string {
  if (rules.length === 0) return `nothing is removed from ${plural(runs, 'run')}: see --redact\n`;
  const lines = [`removed from ${plural(runs, 'run')}:`];
  for (const rule of rules) {
    const found = removed.filter((removal) => removal.rule === rule);
    const times = found.reduce((sum, { count }) => sum + count, 0);
    lines.push(`  ${rule.padEnd(8)} ${grouped(times).padStart(7)} × ${WORDS[rule]}`);
    const named = rule === 'secrets' ? found.map(({ what, count }) => `${grouped(count)} ${what}`) : [];
    if (named.length > 0) lines.push(`           ${printableLine(named.join(', '))}`);
  }
  if (kept.length > 0) lines.push(`kept: ${kept.map((rule) => WORDS[rule]).join('; ')}`);
  return lines.map((line) => `${line}\n`).join('');
}
