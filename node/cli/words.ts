// Numbers as people read them.

/** 1234567 → `1,234,567`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units: `999 B`, `1.3 MB`. */
export function printBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `42 ms`, `3.2 s`, `2 min 05 s`. */
export function printDuration(durationMs: number): string {
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 99_950) return `${(durationMs / 1_000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Msat as sats, without needless digits: `0`, `0.013`, `1,204.5`. */
export function printSats(amountMsat: number): string {
  const sats = amountMsat / 1_000;
  const digits = sats >= 100 ? 0 : sats >= 1 ? 1 : 3;
  const [whole = '0', fraction = ''] = sats.toFixed(digits).split('.');
  const rest = fraction.replace(/0+$/, '');
  return `${grouped(Number(whole))}${rest === '' ? '' : `.${rest}`}`;
}

/** Never rounds up to a whole: 99.96 % of the chunks is not all of them. */
export function printShare(share: number): string {
  if (share >= 1) return '100 %';
  return `${(Math.floor(share * 1_000) / 10).toFixed(1).replace(/\.0$/, '')} %`;
}

/** `1 chunk`, `2 chunks`. */
export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
