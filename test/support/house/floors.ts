// Who may import whom (design, section 2), what the lower floors may not call, and no circles anywhere.
import ts from 'typescript';
import { at, type House, type SourceFile, visitAll } from './house.ts';

/** Floor → floors whose files it may import, besides its own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  ledger: ['protocol'],
  conductor: ['protocol'],
  dse: ['conductor', 'ledger', 'protocol'],
  node: ['protocol', 'ledger', 'conductor', 'dse'],
  web: ['protocol'],
};
const BELOW_NODE = new Set(['protocol', 'ledger', 'conductor', 'dse']);
export const FLOORS = Object.keys(MAY_IMPORT);

export function floorOf(path: string): string {
  return path.split('/')[0] ?? '';
}

/** Modules that are the world: files, sockets, processes, timers. The ledger keeps files, so it may read and write them. */
const WORLD =
  /^(node:)?(net|tls|http|https|http2|dgram|dns|child_process|worker_threads|cluster|timers|process)(\/|$)|^ws$/;
const FILES = /^(node:)?(fs|os)(\/|$)/;

/** Imports that point up or sideways, out of the house, or at nothing. */
export function wrongDirections(house: House): string[] {
  const faults: string[] = [];
  for (const file of house.files.values()) {
    const floor = floorOf(file.path);
    const allowed = MAY_IMPORT[floor];
    if (allowed === undefined) continue;
    for (const { specifier, target, line } of file.imports) {
      const where = `${file.path}:${line}`;
      if (target !== undefined && floorOf(target) !== floor && !allowed.includes(floorOf(target)))
        faults.push(
          `${where} imports ${target}: ${floor} may import only ${[floor, ...allowed].join(', ')}; ask by a port`,
        );
      if (BELOW_NODE.has(floor) && (WORLD.test(specifier) || (floor !== 'ledger' && FILES.test(specifier))))
        faults.push(
          `${where} imports ${specifier}: only node/ touches the world; take it by a port (conductor/ports.ts)`,
        );
    }
  }
  return faults;
}

/** A relative import that names no file, or one without its .ts. */
export function brokenImports(house: House): string[] {
  return [...house.files.values()].flatMap((file) =>
    file.imports
      .filter(({ specifier, target, kind }) => kind !== 'script' && specifier.startsWith('.') && target === undefined)
      .filter(({ specifier }) => !specifier.includes('/out/'))
      .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}, which is not there`),
  );
}

const BANNED_NAMES: Readonly<Record<string, string>> = {
  setTimeout: 'clock.after (conductor/ports.ts)',
  setInterval: 'clock.after (conductor/ports.ts)',
  setImmediate: 'a resolved promise',
  fetch: 'a port that node/ fulfils',
  console: 'a notice handed in, or a trace event',
  process: 'options that node/ reads from the process',
  performance: 'clock.now (conductor/ports.ts)',
};
const BANNED_IMPORTS = new Set(['randomBytes', 'randomUUID', 'randomInt', 'webcrypto', 'getRandomValues']);
const BANNED_MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': 'clock.now (conductor/ports.ts)',
  'Math.random': 'random.fraction (conductor/ports.ts)',
};

/** True where a name is used as a value: not as a property, a key, a parameter or a declaration. */
function isUse(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === name;
  if (ts.isImportSpecifier(parent)) return true;
  const declares = ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent);
  if (declares) return parent.initializer === name;
  return (
    !(ts.isPropertyAssignment(parent) && parent.name === name) &&
    !ts.isTypeElement(parent) &&
    !ts.isClassElement(parent)
  );
}

function bannedUse(node: ts.Node): [what: string, instead: string] | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0)
    return ['new Date()', BANNED_MEMBERS['Date.now']!];
  if (ts.isPropertyAccessExpression(node)) {
    const instead = BANNED_MEMBERS[node.getText()];
    return instead === undefined ? undefined : [node.getText(), instead];
  }
  if (ts.isImportSpecifier(node) && BANNED_IMPORTS.has((node.propertyName ?? node.name).getText()))
    return [node.getText(), 'random.bytes (conductor/ports.ts)'];
  if (!ts.isIdentifier(node) || !Object.hasOwn(BANNED_NAMES, node.text) || !isUse(node)) return undefined;
  return [node.text, BANNED_NAMES[node.text]!];
}

/** The real clock, randomness, network, console and process below node/. */
export function bannedCalls(house: House): string[] {
  const faults: string[] = [];
  for (const file of house.files.values()) {
    if (!BELOW_NODE.has(floorOf(file.path))) continue;
    visitAll(file, (node) => {
      const banned = bannedUse(node);
      if (banned !== undefined) faults.push(`${at(file, node)} uses ${banned[0]}: use ${banned[1]}`);
    });
  }
  return faults;
}

/** Files that run each other in a circle, each circle once; types may refer to each other, they are gone when it runs. */
export function circles(house: House): string[] {
  const faults: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      faults.push(`circle: ${[...trail.slice(start), path].join(' -> ')}: move what both need into a third file`);
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const { target, kind } of house.files.get(path)?.imports ?? [])
      if (kind === 'value' && target !== undefined) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of house.files.keys()) visit(path);
  return faults;
}

function reach(house: House, roots: Iterable<string>): Set<string> {
  const reached = new Set<string>();
  const queue = [...roots];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { target } of house.files.get(path)?.imports ?? []) if (target !== undefined) queue.push(target);
  }
  return reached;
}

/** Loaded by its place, and so imported by nobody: `pylon bench` does it, the browser, Vite. */
const LOADED = /^(web\/(app\/app\.tsx|vite\.config\.ts)|bench\/long-context\/entry\.ts)$/;

/** Where things start: the binary, and whatever a script of package.json runs or bundles. */
function entryPoints(house: House): string[] {
  const scripts = house.texts.get('package.json') ?? '';
  const run = [...scripts.matchAll(/(?:node|esbuild) (?:--\S+ )*(?:out\/)?([\w/.-]+?)\.m?js/g)].flatMap(([, path]) => [
    `${path}.ts`,
    `${path}.mjs`,
  ]);
  const starts = [...house.files.keys()].filter((path) => path.startsWith('bin/') || LOADED.test(path));
  return [...starts, ...run.filter((path) => house.files.has(path))];
}

/** Source files that no entry point leads to; a file that only tests reach is dead too. */
export function deadFiles(house: House): string[] {
  const alive = reach(house, entryPoints(house));
  const tested = reach(
    house,
    [...house.files.keys()].filter((path) => path.endsWith('.test.ts') || path.startsWith('test/torture/')),
  );
  const isDead = ({ path }: SourceFile) => !alive.has(path) && !(path.startsWith('test/') && tested.has(path));
  return [...house.files.values()]
    .filter(isDead)
    .filter(({ path }) => FLOORS.includes(floorOf(path)) || /^(test|bench)\//.test(path))
    .filter(({ path }) => !path.endsWith('.test.ts'))
    .map(
      ({ path }) =>
        `${path} is dead: ${tested.has(path) ? 'only tests import it' : 'nobody imports it'}; use it or remove it`,
    );
}
