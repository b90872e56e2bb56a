// An output as its fields: every leaf by its path, so that two outputs can be compared part by part. Lists are compared as bags, because
// models and people put the same things in another order.
import { canonicalJson } from '../../../protocol/canonical.ts';
import { preview } from '../../../protocol/text.ts';

const VALUE_CHARS_SHOWN = 160;
const DIFFERENCES_SHOWN = 8;

/** `evidence[].quote` = `"…"`, once for each leaf; an empty list or object is a leaf. */
export function fieldsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} = ${canonicalJson(value)}`];
  const fields = Array.isArray(value)
    ? value.flatMap((item) => fieldsOf(item, `${path}[]`))
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .flatMap(([name, member]) => fieldsOf(member, path === '' ? name : `${path}.${name}`));
  return fields.length > 0 ? fields : [`${path} = ${canonicalJson(value)}`];
}

export interface Compared {
  readonly shared: number;
  /** Fields that only one of them has. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** Fields of `expected` that are in `output`, each counted as often as it is in both. */
export function compareFields(expected: unknown, output: unknown): Compared {
  const left = new Map<string, number>();
  const wanted = fieldsOf(expected);
  for (const field of wanted) left.set(field, (left.get(field) ?? 0) + 1);
  const extra: string[] = [];
  for (const field of fieldsOf(output)) {
    const count = left.get(field) ?? 0;
    if (count === 0) extra.push(field);
    else left.set(field, count - 1);
  }
  const missing = [...left].flatMap(([field, count]) => new Array<string>(count).fill(field));
  return { shared: wanted.length - missing.length, missing, extra };
}

/** In words, the first few. */
export function differencesOf({ missing, extra }: Compared): string[] {
  const shown = (fields: readonly string[], what: string) =>
    fields.slice(0, DIFFERENCES_SHOWN).map((field) => `${what}: ${preview(field, VALUE_CHARS_SHOWN)}`);
  return [...shown(missing, 'expected and not there'), ...shown(extra, 'there and not expected')];
}
