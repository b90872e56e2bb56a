// Reads the one action in what a controller wrote. Small deviations of small models are forgiven; what is not forgiven is doubt: text
// with two different actions in it has none, and neither has one that was cut off.
import { canonicalJson } from '../../../protocol/canonical.ts';
import { type Decoded, jsonValuesIn } from '../decode.ts';
import { ACTION_NAMES, type Action, actionSchema } from './actions.ts';

/** Members in which models think aloud; they are no part of the action. */
const THOUGHTS = ['thought', 'thoughts', 'thinking', 'reason', 'reasoning', 'rationale', 'explanation'];
/** Members in which models wrap the arguments of a call. */
const WRAPPERS = ['args', 'arguments', 'input', 'parameters', 'params'];
const FAULT_CHARS_MAX = 300;
const NAMES = new Map(ACTION_NAMES.map((name) => [name.toLowerCase(), name]));

/** The action, or in a few words why there is none. Never throws. */
export function readAction(text: string): Decoded<Action> {
  let read: Decoded<Action> | undefined;
  let written: string | undefined;
  for (const { value, complete } of jsonValuesIn(text)) {
    const asked = actionIn(value);
    if (asked === undefined) continue;
    if (!complete) return read ?? { fault: 'the JSON object is cut off at its end' };
    const same = spelling(asked);
    if (same === undefined) return { fault: 'the action is nested too deep' };
    if (written !== undefined && written !== same)
      return { fault: 'there is more than one action; write exactly one JSON object' };
    written = same;
    read ??= checked(asked);
  }
  return read ?? { fault: `there is no JSON object with "action" (one of ${ACTION_NAMES.join(', ')})` };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object that means to be an action, in the form of one; undefined for any other value. */
function actionIn(value: unknown): Record<string, unknown> | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.action === 'string') return tidied(value);
  // {"Search": {…}}: the name as the only member.
  const [name, another] = Object.keys(value);
  const inner = name === undefined || another !== undefined ? undefined : value[name];
  if (!isObject(inner)) return undefined;
  if (typeof inner.action === 'string') return tidied(inner);
  const known = NAMES.get(name!.toLowerCase());
  return known === undefined ? undefined : tidied({ action: known, ...inner });
}

function tidied(value: Record<string, unknown>): Record<string, unknown> {
  const name = String(value.action);
  const action: Record<string, unknown> = { ...value, action: NAMES.get(name.toLowerCase()) ?? name };
  for (const thought of THOUGHTS) delete action[thought];
  // The arguments of a tool are its own; those of every other action stand beside its name.
  const wrapper = WRAPPERS.find(
    (member) => isObject(action[member]) && !(action.action === 'ToolCall' && member === 'args'),
  );
  if (wrapper === undefined) return action;
  const { [wrapper]: wrapped, ...rest } = action;
  return { ...(wrapped as Record<string, unknown>), ...rest };
}

function spelling(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    // Nested deeper than anything we write down.
    return undefined;
  }
}

function checked(asked: Record<string, unknown>): Decoded<Action> {
  if (!NAMES.has(String(asked.action).toLowerCase()))
    return { fault: `there is no action of that name; there are ${ACTION_NAMES.join(', ')}` };
  const parsed = actionSchema.safeParse(asked);
  if (parsed.success) return { output: parsed.data };
  const faults = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'action'}: ${message}`);
  return { fault: faults.join('; ').slice(0, FAULT_CHARS_MAX) };
}
