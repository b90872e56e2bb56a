// Numbers as people read them: the commands and the dashboard say the same amount with the same words.

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

const THOUSANDS = ['', 'k', 'M', 'G', 'T'] as const;

/** At most six characters, for a column: `0.026`, `7`, `999`, `1.2k`, `35k`, `1.2M`. */
export function printCompact(value: number): string {
  let part = value;
  let power = 0;
  while (part >= 999.5 && power < THOUSANDS.length - 1) {
    part /= 1_000;
    power++;
  }
  const digits = part >= 99.5 || (power === 0 && Number.isInteger(part)) ? 0 : part >= 1 ? 1 : 3;
  return `${Number(part.toFixed(digits))}${THOUSANDS[power]}`;
}

/** At most six characters, for a column: `7 ms`, `3.2 s`, `95 s`, `12 min`, `5 h`, `9 d`. */
export function printSpan(spanMs: number): string {
  if (spanMs < 999.5) return `${Math.round(spanMs)} ms`;
  const seconds = spanMs / 1_000;
  if (seconds < 99.5) return `${seconds >= 9.95 ? Math.round(seconds) : seconds.toFixed(1)} s`;
  if (seconds < 5_970) return `${Math.round(seconds / 60)} min`;
  const hours = seconds / 3_600;
  return hours < 47.5 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
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
