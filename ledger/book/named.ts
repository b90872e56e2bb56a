// Names that are asked for again and again: made once, a name need not be hashed each time it is looked up, and hashing
// fresh strings is most of what doing an entry costs.

/** Bounds what is remembered; runs that go on are far fewer. */
const NAMES_MAX = 1_024;

/** The function that puts `prefix` before an id. */
export function named(prefix: string): (id: string) => string {
  const names = new Map<string, string>();
  return (id) => {
    const known = names.get(id);
    if (known !== undefined) return known;
    if (names.size >= NAMES_MAX) names.clear();
    const name = prefix + id;
    names.set(id, name);
    return name;
  };
}
