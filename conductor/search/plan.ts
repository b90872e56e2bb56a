// Owns the search plan: the part of the corpus' statistics that travels with every job, so that a provider that sees
// one chunk ranks it as if it saw the whole input. A plan comes from the network: it is checked and bounded here.
import { z } from 'zod';
import { PylonError } from '../../protocol/errors.ts';

/** Largest serialised plan: it is sent with every chunk, so it must stay small beside 16,000 bytes of text. */
export const PLAN_CHARS_MAX = 4_096;
/** Most terms of a plan; more synonyms than this only add noise. */
export const PLAN_TERMS_MAX = 96;
/** Most failure templates a plan names (see `failures.ts`). */
export const PLAN_FAILURES_MAX = 24;
/** A stem of a word; longer tokens are data. */
const STEM_CHARS_MAX = 64;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const termSchema = z.tuple([
  z.string().min(1).max(STEM_CHARS_MAX),
  z.number().min(0).max(4),
  z.number().int().min(0).max(63),
  count,
]);

const failureSchema = z.tuple([z.string().regex(/^[0-9a-f]{16}$/), z.number().min(0).max(100)]);

/** What a question wants to be told, read from its wording (`hints.ts`). */
export const HINTS = ['reason', 'count', 'duration', 'number', 'failure', 'diagnosis'] as const;
export type Hint = (typeof HINTS)[number];

const wireSchema = z.object({
  v: z.literal(1),
  /** Units (lines that are not blank) of the whole input. */
  n: count,
  /** Average tokens of a unit. */
  a: z.number().min(0).max(1_000_000),
  /** Terms: stem, weight, concept, document frequency. */
  t: z.array(termSchema).max(PLAN_TERMS_MAX),
  h: z.array(z.enum(HINTS)).max(HINTS.length),
  /** Likely first causes: template key and points. */
  f: z.array(failureSchema).max(PLAN_FAILURES_MAX),
});

/** One word looked for: `concept` groups the words that mean the same word of the question. */
export interface PlanTerm {
  readonly stem: string;
  readonly weight: number;
  readonly concept: number;
  /** Units of the whole input that hold the term, near-identical lines counted once. */
  readonly frequency: number;
}

/** A kind of failing line of the input (its template) and what being of it adds to a line's score. */
export interface PlanFailure {
  readonly key: string;
  readonly points: number;
}

export interface SearchPlan {
  readonly units: number;
  readonly averageTokens: number;
  readonly terms: readonly PlanTerm[];
  readonly hints: readonly Hint[];
  readonly failures: readonly PlanFailure[];
}

/** The plan as one line of JSON of at most `PLAN_CHARS_MAX` characters: the weakest terms and failures go first. */
export function encodePlan(plan: SearchPlan): string {
  let terms = plan.terms.slice(0, PLAN_TERMS_MAX);
  let failures = plan.failures.slice(0, PLAN_FAILURES_MAX);
  for (;;) {
    const wire = {
      v: 1,
      n: plan.units,
      a: plan.averageTokens,
      t: terms.map((term) => [term.stem, term.weight, term.concept, term.frequency]),
      h: plan.hints,
      f: failures.map((failure) => [failure.key, failure.points]),
    };
    const text = JSON.stringify(wire);
    if (text.length <= PLAN_CHARS_MAX) return text;
    if (failures.length > 8) failures = failures.slice(0, -4);
    else terms = terms.slice(0, -4);
  }
}

/** Reads a plan from a job. Throws `job-invalid` when it is too long, not JSON, or has a value out of bounds. */
export function parsePlan(text: string): SearchPlan {
  if (text.length > PLAN_CHARS_MAX) throw malformed(`${text.length} characters, more than ${PLAN_CHARS_MAX}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw malformed(`not JSON: ${text.slice(0, 40)}`, cause);
  }
  const wire = wireSchema.safeParse(json);
  if (!wire.success) {
    const issue = wire.error.issues[0];
    throw malformed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  const { n, a, t, h, f } = wire.data;
  return {
    units: n,
    averageTokens: a,
    terms: t.map(([stem, weight, concept, frequency]) => ({ stem, weight, concept, frequency })),
    hints: h,
    failures: f.map(([key, points]) => ({ key, points })),
  };
}

function malformed(reason: string, cause?: unknown): PylonError {
  return new PylonError('job-invalid', { reason: `the search plan is malformed: ${reason}`, cause });
}
