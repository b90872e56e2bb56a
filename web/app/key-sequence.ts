// Which shortcut a key completes: `?` alone, or `g r` one after the other. Pure.

export interface Followed {
  /** What was pressed so far of something longer; empty when nothing is begun. */
  readonly begun: string;
  /** The shortcut that is complete. */
  readonly hit: string | undefined;
}

/** @param known every shortcut, keys separated by a space */
export function follow(begun: string, key: string, known: readonly string[]): Followed {
  const together = begun === '' ? key : `${begun} ${key}`;
  if (known.includes(together)) return { begun: '', hit: together };
  if (known.some((keys) => keys.startsWith(`${together} `))) return { begun: together, hit: undefined };
  return begun === '' ? { begun: '', hit: undefined } : follow('', key, known);
}
