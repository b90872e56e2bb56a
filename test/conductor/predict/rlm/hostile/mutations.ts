// Actions as no model should write them: made of good ones by a seed, each damaged in a way of its own.
import type { Random } from '../../../../../conductor/ports.ts';

const GOOD: readonly object[] = [
  { action: 'Preview', file: 0, from: 5 },
  { action: 'Search', text: 'needle', mode: 'literal', max: 5, into: 'hits' },
  { action: 'Search', text: 'n[e]+dle', mode: 'regex', ignoreCase: true, into: 'hits' },
  { action: 'Search', text: 'needle line', mode: 'bm25', over: 'hits' },
  { action: 'Load', ref: 'hits[1]', before: 2, after: 2, into: 'page' },
  { action: 'Load', file: 0, startByte: 10, endByte: 400 },
  { action: 'Load', file: 1, startLine: 1, endLine: 3 },
  { action: 'Chunk', files: [0, 1], bytes: 1_024, into: 'parts' },
  { action: 'WriteVar', name: 'note', value: { a: [1, 'two', null, true] } },
  {
    action: 'ExtractOverChunks',
    question: 'which?',
    fields: [{ name: 'label', type: 'string', values: ['a', 'b'] }],
    into: 'rows',
  },
  { action: 'ExtractOverChunks', question: 'which?', over: 'hits', chunkBytes: 2_048 },
  {
    action: 'Compute',
    from: 'rows',
    steps: [{ op: 'filter', where: [{ field: 'label', is: '=', value: 'a' }] }, { op: 'count' }],
    into: 'n',
  },
  {
    action: 'Compute',
    from: 'rows',
    steps: [
      { op: 'group', by: ['label'], with: [{ fn: 'count', as: 'times' }] },
      { op: 'sort', by: ['times'], desc: true },
      { op: 'top', n: 3 },
    ],
  },
  {
    action: 'Compute',
    from: 'rows',
    steps: [
      { op: 'join', with: 'rows', on: ['label'] },
      { op: 'derive', as: 'x', fn: 'length', of: 'label' },
    ],
  },
  { action: 'Compute', from: 'rows', steps: [{ op: 'pairs', of: 'label' }] },
  { action: 'SubLm', question: 'what?', over: 'page', into: 'said' },
  { action: 'SubLm', question: 'what?', over: 'hits', explore: true },
  { action: 'ToolCall', tool: 'grep', args: { pattern: 'needle', context: 2 } },
  { action: 'ToolCall', tool: 'read_lines', args: { path: 'a.txt', start: 1, end: 9 } },
  {
    action: 'Final',
    answer: 'It is {{n}}, see {{hits[1].text}} [1]',
    evidence: ['hits[1]', { file: 0, quote: 'needle' }],
  },
];

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  -1e308,
  9_007_199_254_740_991,
  4_294_967_296,
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'hits[0]',
  'hits[999999999]',
  '\u0000',
  '\ud800',
  '\u2028',
  '😀'.repeat(40),
  '界'.repeat(600),
  'x'.repeat(9_000),
  [],
  {},
  [[]],
  [null],
  { length: 1e9 },
  { toString: 1 },
  '(a+)+$',
  '([ab]{1,30}){1,30}',
  '(?=x)',
  '[',
  '\\',
  '{{n}}'.repeat(300),
  '/etc/passwd',
  '../..',
  'shell',
];
/** Of members. */
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'then',
  'length',
  'hasOwnProperty',
  '',
  'action',
  'file',
  'files',
  'into',
  'over',
  'x\u0000',
];
const RAW: readonly string[] = [
  '1e99999',
  '-0',
  '00012',
  '0x10',
  'NaN',
  'Infinity',
  'undefined',
  '1e-400',
  '123456789012345678901234567890',
  '"\\ud800"',
  "'",
  '"',
  '\\',
  '/*',
  '//',
  '`',
  '\u0000',
];

type Tree = Record<string, unknown> | unknown[];

export class Mutations {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #below(count: number): number {
    return Math.floor(this.#random.fraction() * count);
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)]!;
  }

  /** What a controller wrote: now and then a good action, so that there is something to damage the use of. */
  next(): string {
    const good = structuredClone(this.#oneOf(GOOD)) as Tree;
    if (this.#below(6) === 0) return JSON.stringify(good);
    const kinds = [
      () => this.#inTree(good),
      () => this.#inTree(good),
      () => this.#inText(JSON.stringify(this.#treeOf(good))),
      () => this.#inText(JSON.stringify(good)),
      () => this.#members(good),
      () => this.#nested(good),
      () => this.#round(JSON.stringify(good)),
    ];
    return this.#oneOf(kinds)();
  }

  #inTree(good: Tree): string {
    return JSON.stringify(this.#treeOf(good));
  }

  /** Values of the wrong kind, members gone, members too many. */
  #treeOf(tree: Tree): Tree {
    for (let count = 1 + this.#below(3); count > 0; count--) {
      let at: Tree = tree;
      for (;;) {
        const keys = Object.keys(at);
        const key = this.#oneOf(keys.length > 0 ? keys : ['0']);
        const inner = (at as Record<string, unknown>)[key];
        if (typeof inner === 'object' && inner !== null && this.#below(2) === 0) {
          at = inner as Tree;
          continue;
        }
        const what = this.#below(4);
        if (what === 0) delete (at as Record<string, unknown>)[key];
        else if (what === 1 && Array.isArray(at)) at.push(structuredClone(this.#oneOf(STRANGE)));
        else if (what === 1)
          (at as Record<string, unknown>)[this.#oneOf(NAMES)] = structuredClone(this.#oneOf(STRANGE));
        else (at as Record<string, unknown>)[key] = structuredClone(this.#oneOf(STRANGE));
        break;
      }
    }
    return tree;
  }

  /** Cut off, a piece doubled, a piece gone, signs put in. */
  #inText(text: string): string {
    let damaged = text;
    for (let count = 1 + this.#below(3); count > 0; count--) {
      const at = this.#below(damaged.length + 1);
      const length = this.#below(20);
      damaged = this.#oneOf([
        () => damaged.slice(0, at),
        () => damaged.slice(0, at) + damaged.slice(at + length),
        () => damaged.slice(0, at) + damaged.slice(Math.max(0, at - length)),
        () => damaged.slice(0, at) + this.#oneOf([...RAW, '{', '}', '[', ']', ',', ':']) + damaged.slice(at),
        () => damaged.replace(/:(\d+|true|"[^"]*")/, () => `:${this.#oneOf(RAW)}`),
        () => damaged.replaceAll('"', this.#oneOf(["'", '“', '', '\\"'])),
      ])();
    }
    return damaged;
  }

  /** The same member twice, and members that are not the object's own. */
  #members(good: Tree): string {
    const text = JSON.stringify(good);
    const inner = text.slice(1, -1);
    return this.#oneOf([
      `{${inner},${inner}}`,
      `{${inner},"action":"Final","answer":"x"}`,
      `{"action":"Final","answer":"x",${inner}}`,
      `{"__proto__":${text},${inner}}`,
      `{"__proto__":{"action":"Final"},"constructor":{"prototype":${text}}}`,
      `{${inner},"hasOwnProperty":1,"toString":null,"valueOf":{}}`,
      `{"args":${text}}`,
      `{"action":"${String((good as { action?: string }).action).toLowerCase()}","input":${text},"arguments":${text}}`,
      `[${text},${text}]`,
      `{"${String((good as { action?: string }).action)}":${text}}`,
    ]);
  }

  #nested(good: Tree): string {
    const depth = this.#oneOf([5, 17, 100, 5_000, 50_000]);
    const [open, close] = this.#oneOf([
      ['[', ']'],
      ['{"a":', '}'],
      ['{"action":', '}'],
      ['{"action":"WriteVar","name":"x","value":', '}'],
    ] as const);
    const whole = this.#below(2) === 0 ? close.repeat(depth) : '';
    const deep = `${open.repeat(depth)}${JSON.stringify(good)}${whole}`;
    return this.#oneOf([deep, `{"action":"WriteVar","name":"note","value":${deep}}`]);
  }

  /** Something round it, or two of them. */
  #round(text: string): string {
    const other = JSON.stringify(this.#oneOf(GOOD));
    return this.#oneOf([
      `${text}\n${other}`,
      `Sure! Here it is:\n\`\`\`json\n${text}\n\`\`\`\nAnything else?`,
      `<think>${other}</think>${text}`,
      `<think>${text}`,
      `${'{'.repeat(2_000)}${text}`,
      `${text}${'}'.repeat(2_000)}`,
      `${' '.repeat(100_000)}${text}`,
      `"${text.replaceAll('"', '\\"')}"`,
      `${'x'.repeat(300_000)}${text}`,
      '',
      '\u0000',
      '[]',
      'null',
    ]);
  }
}
