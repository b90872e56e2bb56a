// The controller's prompt: what is asked, what there is, what was done, and the last observation. It has a bound, whatever the size of
// the input: sizes, names and places stand in it, and of the text only what the last action showed.
import { CONTROLLER_PROMPT_BYTES_MAX } from '../../../protocol/limits.ts';
import type { PredictLimits } from '../../../protocol/predict-budgets.ts';
import type { ChatMessage } from '../../ports.ts';
import { oneLine } from '../fence.ts';
import { INSTRUCTIONS, REPAIR_FORM } from './instructions.ts';
import { characterEnd } from './look/blocks.ts';
import { bounded, type Observation, shortPath } from './observation.ts';
import type { Description, VarSpace } from './vars/var-space.ts';
import type { World } from './world.ts';

/** Kept free for an answer that was no action, and what is wrong with it. */
const REPAIR_BYTES = 1_100;
/** As long as a question may be, where it is written in ASCII. */
const QUESTION_BYTES_MAX = 4_100;
/** A question longer than this leaves less room for what can be looked at again. */
const QUESTION_BYTES_USUAL = 1_500;
const SOURCES_SHOWN = 12;
const VALUE_CHARS_MAX = 160;
const COLUMNS_SHOWN = 8;
const SECTION_BYTES = {
  usual: { sources: 1_000, tools: 900, variables: 1_500, history: 1_200 },
  tight: { sources: 600, tools: 400, variables: 900, history: 400 },
} as const;
const ACTION_CHARS_MAX = 160;

/** One step that was done, as the history tells it. */
export interface Done {
  readonly iteration: number;
  /** The action as JSON. */
  readonly action: string;
  readonly summary: string;
}

export interface State {
  readonly query: string;
  readonly iteration: number;
  readonly depth: number;
  readonly world: World;
  readonly variables: VarSpace;
  readonly done: readonly Done[];
  readonly last: { readonly iteration: number; readonly action: string; readonly observation: Observation } | undefined;
  readonly left: PredictLimits;
  /** Said when the exploration goes in circles. */
  readonly nudge: string | undefined;
}

/** The messages of one step, CONTROLLER_PROMPT_BYTES_MAX together with what a repair adds. */
export function renderState(state: State): ChatMessage[] {
  const { last, nudge } = state;
  const query = oneLine(state.query);
  const bytesMax = SECTION_BYTES[Buffer.byteLength(query) <= QUESTION_BYTES_USUAL ? 'usual' : 'tight'];
  const sections = [
    stateLine(state),
    section('Sources', sourceLines(state.world), bytesMax.sources),
    section('Tools', toolLines(state.world), bytesMax.tools),
    section('Variables', variableLines(state.variables), bytesMax.variables),
    section('Done so far', [...state.done].reverse().map(doneLine), bytesMax.history),
    last === undefined ? '' : `Observation ${last.iteration} (${last.action}):\n${last.observation.text}`,
    nudge === undefined ? '' : `Notice: ${nudge}`,
    `Question: ${withoutMiddle(query, QUESTION_BYTES_MAX)}`,
  ].filter((text) => text !== '');
  return fitted([
    { role: 'system', content: INSTRUCTIONS },
    { role: 'user', content: `${sections.join('\n\n')}\n\nJSON:` },
  ]);
}

/** A long question says at its end what is wanted, and at its beginning of what. */
function withoutMiddle(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const head = bounded(text, text.length, Math.floor(bytesMax / 2) - 8);
  const points = Array.from(text.slice(head.length));
  let tail = '';
  for (let at = points.length - 1; at >= 0 && Buffer.byteLength(tail) < bytesMax / 2 - 8; at--)
    tail = points[at] + tail;
  return `${head} … ${tail}`;
}

/** The sections are bounded so that this never cuts; were one of them larger, the end with the question would stay. */
function fitted(messages: readonly ChatMessage[]): ChatMessage[] {
  const [system, user] = messages as [ChatMessage, ChatMessage];
  const room = CONTROLLER_PROMPT_BYTES_MAX - REPAIR_BYTES - Buffer.byteLength(system.content);
  const surplus = Buffer.byteLength(user.content) - room;
  if (surplus <= 0) return [system, user];
  const cut = characterEnd(Buffer.from(user.content), surplus);
  return [system, { role: 'user', content: Buffer.from(user.content).subarray(cut).toString() }];
}

/** The conversation with the answer that was no action, and why; still within CONTROLLER_PROMPT_BYTES_MAX. */
export function renderActionRepair(messages: readonly ChatMessage[], answer: string, fault: string): ChatMessage[] {
  // A model may have copied marks of roles from what it read.
  const written = oneLine(answer.trim().slice(0, 400));
  const shown = written === '' ? '(nothing)' : bounded(written, 400, 500);
  const words = bounded(oneLine(fault), 300, 400);
  return [
    ...messages,
    { role: 'assistant', content: shown },
    { role: 'user', content: `That is no action: ${words}. ${REPAIR_FORM}` },
  ];
}

/** Machine-readable, and the first line: what the embedded controller goes by. */
function stateLine({ iteration, depth, left, last }: State): string {
  const before = last === undefined ? {} : { last: last.action };
  return `State: ${JSON.stringify({ iteration, depth, left, ...before })}`;
}

/** As many lines as there is room for; how many are left out is told. */
function section(title: string, lines: readonly string[], bytesMax: number): string {
  if (lines.length === 0) return '';
  let text = `${title}:`;
  for (const [index, line] of lines.entries()) {
    const next = `${text}\n${line}`;
    if (Buffer.byteLength(next) > bytesMax - 40) return `${text}\n(${lines.length - index} more)`;
    text = next;
  }
  return text;
}

function sourceLines(world: World): string[] {
  const sources = world.sources.filter(({ within }) => within === undefined || within.bytes > 0);
  const bytes = sources.reduce((sum, source) => sum + (source.within?.bytes ?? source.bytes), 0);
  const lines = sources.slice(0, SOURCES_SHOWN).map(({ file, path, bytes, within }) => {
    const part = within === undefined ? { bytes } : { bytes: within.bytes, start: within.startByte };
    return `- ${oneLine(JSON.stringify({ file, path: shortPath(path), ...part }))}`;
  });
  const rest = sources.length - lines.length;
  return [
    `${sources.length} files, ${bytes} bytes`,
    ...lines,
    ...(rest > 0 ? [`(${rest} more: Preview from them on)`] : []),
  ];
}

function toolLines({ tools }: World): string[] {
  return tools.map(
    ({ name, about, args }) => `- ${bounded(oneLine(JSON.stringify({ tool: name, about, args })), 400, 600)}`,
  );
}

/** The newest first: it is the one that is needed. */
function variableLines(variables: VarSpace): string[] {
  return variables
    .names()
    .reverse()
    .map((name) => `- ${oneLine(JSON.stringify(shownOf(variables.describe(name))))}`);
}

function shownOf({ name, kind, bytes, rows, columns, chars, length, passage, value }: Description): object {
  const shown = value === undefined ? undefined : bounded(JSON.stringify(value), VALUE_CHARS_MAX, VALUE_CHARS_MAX * 2);
  const fields = columns?.filter((column) => !column.startsWith('_'));
  return {
    name,
    kind,
    ...(shown === undefined ? { bytes } : { value: shown }),
    ...(rows === undefined ? {} : { rows, fields: fields?.slice(0, COLUMNS_SHOWN) }),
    ...(columns?.includes('_file') ? { places: true } : {}),
    ...(chars === undefined ? {} : { chars }),
    ...(length === undefined ? {} : { length }),
    ...(passage === undefined ? {} : { file: passage.file, start: passage.startByte, end: passage.endByte }),
  };
}

function doneLine({ iteration, action, summary }: Done): string {
  return `- ${iteration} ${bounded(oneLine(action), ACTION_CHARS_MAX, ACTION_CHARS_MAX * 2)} -> ${summary}`;
}
