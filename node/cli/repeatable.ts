// A flag that may be given several times.

/** For commander: adds one more value to those before it. */
export function repeatable(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
