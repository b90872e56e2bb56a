// The steps of a Compute, as a controller writes them: a closed language of filters, groups, joins and counts. There are no loops, no
// functions and no patterns in it, so every program ends, and how many rows it makes is bounded.
import { z } from 'zod';

/** Names of variables: what fits into a line of the prompt and into a reference. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/, 'is not a name of letters, digits and _ (32 at most)');
const column = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,47}$/, 'is not the name of a field');
/** `"user"` or `["user","day"]`. */
const columns = z.union([column.transform((name) => [name]), z.array(column).min(1).max(16)]);
const scalar = z.union([z.string().max(1_024), z.number().finite(), z.boolean(), z.null()]);

export const COMPARISONS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'contains',
  'not contains',
  'starts',
  'between',
  'missing',
  'present',
] as const;

export const conditionSchema = z.strictObject({
  field: column,
  is: z.enum(COMPARISONS),
  /** A list for `in` and `not in`, two values for `between` (both included), nothing for `missing` and `present`. */
  value: z.union([scalar, z.array(scalar).max(1_000)]).optional(),
  /** Name of a variable that holds the value or the list. */
  var: variableName.optional(),
});
export type Condition = z.infer<typeof conditionSchema>;

export const FUNCTIONS = [
  'lower',
  'trim',
  'number',
  'date',
  'year',
  'month',
  'length',
  'text',
  'add',
  'subtract',
  'multiply',
  'divide',
] as const;
export const CALCULATIONS = ['add', 'subtract', 'multiply', 'divide', 'round'] as const;
export const AGGREGATES = ['count', 'sum', 'mean', 'min', 'max', 'distinct', 'first'] as const;

const step = <Op extends string, Shape extends z.ZodRawShape>(op: Op, shape: Shape) =>
  z.strictObject({ op: z.literal(op), ...shape });

export const stepSchema = z.discriminatedUnion('op', [
  step('filter', {
    where: z.union([conditionSchema.transform((one) => [one]), z.array(conditionSchema).min(1).max(16)]),
    /** One of the conditions is enough. */
    any: z.boolean().optional(),
  }),
  step('select', { fields: columns }),
  /** A new field made of others: `of` names them, `by` is a number or another field for the four arithmetics. */
  step('derive', { as: column, fn: z.enum(FUNCTIONS), of: columns, by: z.union([z.number(), column]).optional() }),
  step('distinct', { by: columns.optional() }),
  /** One row for each different value of `by`, with `count`, and whatever else is asked of its rows. */
  step('group', {
    by: columns,
    with: z
      .array(z.strictObject({ fn: z.enum(AGGREGATES), field: column.optional(), as: column }))
      .max(16)
      .optional(),
  }),
  step('sort', { by: columns, desc: z.boolean().optional() }),
  step('top', { n: z.number().int().min(1), by: columns.optional(), desc: z.boolean().optional() }),
  /** Rows of this table with those of `with` that have the same `on`. `semi` keeps rows that have such, `anti` those that have none. */
  step('join', {
    with: variableName,
    on: columns,
    /** What the fields of `on` are called there; the same when absent. */
    onWith: columns.optional(),
    kind: z.enum(['inner', 'left', 'semi', 'anti']).optional(),
  }),
  step('union', { with: variableName }),
  /**
   * Every two different values of the field `of`, once each, the lesser first, as fields `a` and `b`. With `with`, one of the two is of
   * this table and the other of that one.
   */
  step('pairs', { of: column, with: variableName.optional(), ofWith: column.optional() }),
  // These end in a value and not in a table; only `calc` may follow.
  step('count', {}),
  step('sum', { field: column }),
  step('mean', { field: column }),
  step('min', { field: column }),
  step('max', { field: column }),
  step('first', { field: column }),
  step('list', { field: column }),
  step('calc', { fn: z.enum(CALCULATIONS), by: z.union([z.number(), variableName]).optional() }),
]);
export type Step = z.infer<typeof stepSchema>;

/** A question that needs more steps is several computations. */
export const STEPS_MAX = 16;
