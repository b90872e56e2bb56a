// Metrics as people read them: what was counted has units, what somebody scored is a number of theirs. Pure.
import { grouped, printDuration, printShare } from '../../protocol/words.ts';

const HEADS: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  f1: 'F1',
  latency_ms: 'Latency',
  cost_sats: 'Sats',
  tokens: 'Tokens',
  coverage: 'Coverage',
  items: 'Items, mean',
};

/** The head of a metric's column. */
export function metricHead(name: string): string {
  return HEADS[name] ?? name;
}

/** At most four digits that count: `0.84`, `0.8412`, `12.5`, `1,204`. */
export function printScore(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) >= 1_000) return value < 0 ? `−${grouped(-value)}` : grouped(value);
  const text = String(Number(value.toPrecision(4)));
  return text.startsWith('-') ? `−${text.slice(1)}` : text;
}

/** A value of a metric in words. */
export function printMetric(name: string, value: number): string {
  if (name === 'latency_ms') return printDuration(value);
  if (name === 'coverage') return printShare(value);
  return printScore(value);
}

/** A setting as it was asked, from its JSON: text without quotes, nothing as a word. */
export function printSetting(json: string): string {
  if (json === 'null') return 'none';
  if (json === '""') return 'empty';
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** `chunk_size` → `chunk size`. */
export function settingHead(field: string): string {
  return field.replaceAll('_', ' ');
}
