// What a pattern asks for that no engine of linear time can do, in words: a controller that wrote it can then write another one.

interface Construct {
  readonly at: RegExp;
  readonly name: string;
}

/** At a place outside of a class, where neither a backslash nor `\Q` takes its meaning. */
const CONSTRUCTS: readonly Construct[] = [
  { at: /\(\?=/y, name: 'look-ahead (?=…)' },
  { at: /\(\?!/y, name: 'negative look-ahead (?!…)' },
  { at: /\(\?<=/y, name: 'look-behind (?<=…)' },
  { at: /\(\?<!/y, name: 'negative look-behind (?<!…)' },
  { at: /\(\?>/y, name: 'an atomic group (?>…)' },
  { at: /\(\?\(/y, name: 'a condition (?(…)…)' },
  { at: /\(\?(?:R|&|P>|[+-]?\d)/y, name: 'recursion (?R)' },
  { at: /\(\?P=/y, name: 'a back reference (?P=…)' },
  { at: /\\[1-9]/y, name: 'a back reference \\1' },
  { at: /\\[kg][<{'\d]/y, name: 'a back reference \\k<…>' },
  { at: /(?:[*+?]|\{\d+(?:,\d*)?\})\+/y, name: 'a possessive repeat like a*+' },
];

/** The first construct of the pattern that takes more than linear time, or undefined. Looks at each character once. */
export function unsupportedIn(pattern: string): string | undefined {
  let isInClass = false;
  for (let at = 0; at < pattern.length; ) {
    if (pattern.startsWith('\\Q', at)) {
      const end = pattern.indexOf('\\E', at + 2);
      at = end < 0 ? pattern.length : end + 2;
      continue;
    }
    if (!isInClass) {
      for (const { at: here, name } of CONSTRUCTS) {
        here.lastIndex = at;
        if (here.test(pattern)) return name;
      }
    }
    const one = pattern[at];
    if (one === '\\') at += 2;
    else if (isInClass && one === '[' && pattern.startsWith('[:', at)) at += 2;
    else {
      if (one === '[' && !isInClass) {
        isInClass = true;
        // A bracket that comes first in a class is one of its characters.
        at += /^\[\^?\]?/.exec(pattern.slice(at, at + 3))![0].length;
        continue;
      }
      if (one === ']') isInClass = false;
      at++;
    }
  }
  return undefined;
}
