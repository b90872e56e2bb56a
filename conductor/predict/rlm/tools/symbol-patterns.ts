// How common languages begin a definition, as patterns of one line. This is no parser: it sees what begins a line in the usual way of
// writing, and neither what a macro makes, nor what stands behind something else on its line, nor whether a line is inside a comment.

export interface SymbolPattern {
  readonly kind: string;
  /** The name is the group called `name`. Each begins at the line's beginning, and has nothing to go back to. */
  readonly pattern: RegExp;
}

const of = (kind: string, pattern: RegExp): SymbolPattern => ({ kind, pattern });

const SCRIPT = [
  of('function', /^\s*(?:export )?(?:default )?(?:async )?function\s*\*?\s*(?<name>[\w$]+)/),
  of('class', /^\s*(?:export )?(?:default )?(?:abstract )?class (?<name>[\w$]+)/),
  of('type', /^\s*(?:export )?(?:declare )?(?:interface|type|(?:const )?enum|namespace) (?<name>[\w$]+)/),
  of(
    'function',
    /^\s*(?:export )?(?:const|let|var) (?<name>[\w$]+)\s*(?::[^=]{1,120})?=\s*(?:async\s*)?(?:\([^)]{0,200}\)|[\w$]+)[^=]{0,80}=>/,
  ),
  of('constant', /^(?:export )?const (?<name>[A-Z][A-Z0-9_]+)\b/),
  of(
    'method',
    /^\s+(?:(?:public|private|protected|static|readonly|override|abstract|async|get|set) ){0,4}(?<name>(?!(?:if|for|while|switch|catch|return|function|await|do|else|with)\b)[#\w$]+)\([^;]{0,200}\)[^;]{0,120}\{$/,
  ),
];
const C_LIKE = [
  of('type', /^\s*(?:typedef )?(?:struct|union|enum(?: class)?|class|namespace) (?<name>[A-Za-z_]\w*)/),
  of('macro', /^\s*#\s*define\s+(?<name>[A-Za-z_]\w*)/),
  of(
    'function',
    /^(?!(?:return|else|typedef|using|goto|case)\b)[A-Za-z_][\w:<>,*&]*(?:\s+[\w:<>,*&]+){0,5}[\s*&]+(?<name>[A-Za-z_~][\w:~]*)\s*\([^;]{0,300}$/,
  ),
];
const JVM = [
  of(
    'type',
    /^\s*(?:(?:public|private|protected|internal|static|final|abstract|sealed|partial|data|open|case|inline) ){0,5}(?:class|interface|enum(?: class)?|record|struct|object|trait|@interface) (?<name>\w+)/,
  ),
  of(
    'function',
    /^\s*(?:(?:public|private|protected|internal|open|override|suspend|inline|final|abstract) ){0,4}(?:fun|def) (?:<[^>]{1,80}> )?(?:\w+\.)?(?<name>\w+)/,
  ),
  of(
    'method',
    /^\s+(?:(?:public|private|protected|internal|static|final|abstract|synchronized|virtual|override|async) ){1,5}(?:[\w<>[\],.?]+ ){1,3}(?<name>\w+)\s*\([^;]{0,300}$/,
  ),
];

/** Ending of a file's name → what begins a definition in it. */
export const SYMBOL_PATTERNS: Readonly<Record<string, readonly SymbolPattern[]>> = {
  ...Object.fromEntries(
    ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'vue', 'svelte'].map((ending) => [ending, SCRIPT]),
  ),
  ...Object.fromEntries(['c', 'h', 'cc', 'cpp', 'cxx', 'hh', 'hpp', 'm', 'mm'].map((ending) => [ending, C_LIKE])),
  ...Object.fromEntries(['java', 'kt', 'kts', 'scala', 'cs', 'groovy'].map((ending) => [ending, JVM])),
  py: [
    of('class', /^\s*class (?<name>\w+)/),
    of('function', /^\s*(?:async )?def (?<name>\w+)/),
    of('constant', /^(?<name>[A-Z][A-Z0-9_]+)\s*(?::[^=]{1,80})?=/),
  ],
  go: [
    of('function', /^func (?:\([^)]{1,120}\) )?(?<name>\w+)/),
    of('type', /^type (?<name>\w+)/),
    of('constant', /^(?:const|var) (?<name>\w+)/),
  ],
  rs: [
    of(
      'function',
      /^\s*(?:pub(?:\([^)]{1,40}\))? )?(?:default )?(?:const )?(?:async )?(?:unsafe )?(?:extern "[^"]{1,20}" )?fn (?<name>\w+)/,
    ),
    of('type', /^\s*(?:pub(?:\([^)]{1,40}\))? )?(?:struct|enum|trait|union|type|mod) (?<name>\w+)/),
    of('implementation', /^\s*(?:unsafe )?impl(?:<[^{]{1,120}>)? (?<name>[\w:]+)/),
    of('macro', /^\s*macro_rules! (?<name>\w+)/),
  ],
  rb: [of('type', /^\s*(?:class|module) (?<name>[\w:]+)/), of('function', /^\s*def (?<name>[\w.?!=]+)/)],
  php: [
    of('type', /^\s*(?:(?:abstract|final|readonly) ){0,2}(?:class|interface|trait|enum) (?<name>\w+)/),
    of('function', /^\s*(?:(?:public|private|protected|static|final|abstract) ){0,4}function &?(?<name>\w+)/),
  ],
  swift: [
    of(
      'type',
      /^\s*(?:(?:public|private|internal|open|fileprivate|final|indirect) ){0,3}(?:class|struct|enum|protocol|extension|actor) (?<name>[\w.]+)/,
    ),
    of(
      'function',
      /^\s*(?:(?:public|private|internal|open|fileprivate|final|static|override|mutating|@\w+) ){0,4}func (?<name>\w+)/,
    ),
  ],
  ex: [of('type', /^\s*defmodule (?<name>[\w.]+)/), of('function', /^\s*def(?:p|macro|macrop)? (?<name>[\w?!]+)/)],
  lua: [of('function', /^\s*(?:local )?function (?<name>[\w.:]+)/)],
  sh: [of('function', /^\s*(?:function )?(?<name>[\w-]+)\s*\(\)/)],
  sql: [
    of(
      'definition',
      /^\s*create (?:or replace )?(?:temporary |temp |unique )?(?:table|view|function|procedure|index|trigger|type) (?:if not exists )?(?<name>[\w."]+)/i,
    ),
  ],
  proto: [of('type', /^\s*(?:message|enum|service) (?<name>\w+)/), of('method', /^\s*rpc (?<name>\w+)/)],
  md: [of('heading', /^#{1,6} (?<name>.{1,120})/)],
};
