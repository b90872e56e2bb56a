// Owns what the wording of a question says about its answer: "why" wants a cause, "how long" a duration.
import type { Hint } from './plan.ts';

const RULES: readonly (readonly [Hint, RegExp])[] = [
  ['reason', /\b(why|reasons?|causes?d?|because|explain|what (made|led|went wrong))\b/],
  ['count', /\bhow (many|often)\b|\b(number|count) of\b|\bhow much\b/],
  [
    'duration',
    /\bhow (long|late|old|soon|often)\b|\b(after|in|at|by) (what|how much) (time|delay|interval|period)\b|\bhow (many|much) \w*(time|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b|^when\b|\bafter how many\b/,
  ],
  [
    'number',
    /\bhow (many|much|big|large|long|far|high|low|fast|deep|wide|old|late|warm|hot|cold|often|small|heavy|large|fast)\b|\b(what|which) (\w+ ){0,2}(number|size|length|amount|share|percentage|limit|port|value|total|rate|ratio|range|count|speed|age|price|fee|maximum|minimum)\b/,
  ],
];

const FAILING =
  /\b(fail\w*|errors?|crash\w*|die[sd]?|dying|abort\w*|broke|broken|breaks?|hangs?|hung|stuck|killed|wrong|problems?|panic\w*|refuse[sd]?|root cause|red|not (?:work|start|finish|complete|succeed|build|compile|run|pass|come up)|(?:doesn't|don't|didn't|won't|can't|cannot) \w+)\b/;
/** Words that name no part of the input in particular: "this build", "the job", "my tests". */
const ANYTHING = new Set(
  (
    'build builds building built compile compiles compiled compilation make run runs ran running job jobs test tests testing ' +
    'program script task pipeline ci deploy deployment install installation process system app application service server log ' +
    'file command step stage everything anything something work works working start starts finish finishes complete completes ' +
    'succeed pass passes release package project code software nightly root real true actual exactly cause causes caused reason ' +
    'reasons explain fail fails failed failing failure failures error errors crash crashes crashed die dies died abort aborts ' +
    'aborted break breaks broke broken hang hangs hung stuck killed wrong problem problems panic red green'
  ).split(' '),
);

/** The hints of a question and of its words without stop words, in the order of `HINTS`. */
export function hintsOf(query: string, words: readonly string[]): Hint[] {
  const text = query.toLowerCase();
  const hints = RULES.filter(([, pattern]) => pattern.test(text)).map(([hint]) => hint);
  if (!FAILING.test(text)) return hints;
  return [...hints, words.every((word) => ANYTHING.has(word)) ? 'diagnosis' : 'failure'];
}
