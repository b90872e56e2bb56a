// Reads members of a model's answer, whatever type the model gave them: "12", [12, 14], "12-14", "0.8", 8, "80%".

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** The list under `name`; a single object there is a list of one. */
export function readList(value: unknown, name: string): readonly unknown[] | undefined {
  const found = member(value, name);
  if (Array.isArray(found)) return found;
  return typeof found === 'object' && found !== null ? [found] : undefined;
}

export function readText(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === 'string' ? found : undefined;
}

/** `true`, "true", "yes" and their opposites. */
export function readFlag(value: unknown, name: string): boolean | undefined {
  const found = member(value, name);
  if (typeof found === 'boolean') return found;
  if (typeof found !== 'string') return undefined;
  if (/^\s*(true|yes)\b/i.test(found)) return true;
  return /^\s*(false|no)\b/i.test(found) ? false : undefined;
}

/** Whole numbers of a number, a text or a list of them. */
export function readNumbers(value: unknown, name: string): number[] {
  const found = member(value, name);
  return (Array.isArray(found) ? found.slice(0, 1_000) : [found]).flatMap(wholeNumbers);
}

function wholeNumbers(item: unknown): number[] {
  if (typeof item === 'number') return Number.isSafeInteger(item) && item >= 0 ? [item] : [];
  return typeof item === 'string'
    ? Array.from(item.slice(0, 1_000).matchAll(/\d{1,9}/g), ([digits]) => Number(digits))
    : [];
}

/** A score from 0 to 1, also where the model counted to 10 or to 100. */
export function readScore(value: unknown, name: string): number | undefined {
  const found = member(value, name);
  const number = typeof found === 'number' ? found : typeof found === 'string' ? Number.parseFloat(found) : Number.NaN;
  if (!Number.isFinite(number)) return undefined;
  if (number <= 1) return Math.max(0, number);
  return number <= 10 ? number / 10 : Math.min(1, number / 100);
}
