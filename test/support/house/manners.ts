// How a file is written (shared style): length, opening comment, errors, tests that do not sleep, no traces of a machine.
import ts from 'typescript';
import { FLOORS, floorOf } from './floors.ts';
import { at, type House, visitAll } from './house.ts';

export const FILE_LINES_MAX = 300;
export const FILE_LINES_GOOD = 150;
const FUNCTION_LINES_MAX = 70;
const HEADER_LINES_MAX = 4;

function lines(text: string): number {
  return text.trimEnd().split('\n').length;
}

export function longFiles(house: House, linesMax = FILE_LINES_MAX): string[] {
  return [...house.files.values()]
    .filter(({ text }) => lines(text) > linesMax)
    .map(({ path, text }) => `${path} has ${lines(text)} lines, more than ${linesMax}: it holds more than one concept`);
}

/** Lines of a function; in test/ without those of the tests inside it, for a suite is a list, not a long thought. */
function linesOf(node: ts.Node, inTest: boolean): number {
  let count = lines(node.getText());
  const visit = (child: ts.Node): void => {
    if (ts.isFunctionLike(child)) count -= lines(child.getText()) - 1;
    else ts.forEachChild(child, visit);
  };
  if (inTest) ts.forEachChild(node, visit);
  return count;
}

export function longFunctions(house: House): string[] {
  const faults: string[] = [];
  for (const file of house.files.values()) {
    visitAll(file, (node) => {
      if (!ts.isFunctionLike(node)) return;
      const count = linesOf(node, file.path.startsWith('test/'));
      if (count > FUNCTION_LINES_MAX)
        faults.push(`${at(file, node)} is a function of ${count} lines, more than ${FUNCTION_LINES_MAX}: split it`);
    });
  }
  return faults;
}

/** The lines of the comment a file opens with; 0 when it opens with something else. */
function headerLines(text: string): number {
  const body = text.startsWith('#!') ? text.slice(text.indexOf('\n') + 1) : text;
  const block = body.match(/^\/\*[\s\S]*?\*\//)?.[0];
  if (block !== undefined) return lines(block);
  const all = body.split('\n');
  const end = all.findIndex((line) => !line.startsWith('//'));
  return end < 0 ? all.length : end;
}

/** A test file needs none: its path names the subject and its tests are sentences. */
export function missingHeaders(house: House): string[] {
  return [...house.files.values()].flatMap(({ path, text }) => {
    if (path.endsWith('.test.ts')) return [];
    const count = headerLines(text);
    if (count === 0) return [`${path}:1 opens without a comment: say in 1 to 4 lines what it owns and why it exists`];
    return count > HEADER_LINES_MAX
      ? [`${path}:1 opens with ${count} lines of comment: ${HEADER_LINES_MAX} at most`]
      : [];
  });
}

const STRAY = /\b(TO(?:)DO|FIX(?:)ME|X(?:)XX|HA(?:)CK)\b/;

export function strayNotes(house: House): string[] {
  return [...house.files.values()].flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        STRAY.test(line) ? [`${path}:${index + 1} has ${STRAY.exec(line)?.[0]}: do it, or open an issue`] : [],
      ),
  );
}

/** Nothing is done and nothing is said; a catch may fall through to what stands behind it, if a comment says so. */
function isSilent(block: ts.Block): boolean {
  return block.statements.length === 0 && !/\/[/*]/.test(block.getText());
}

function isEmptyHandler(node: ts.Node): boolean {
  if (ts.isCatchClause(node)) return isSilent(node.block);
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const handler = node.expression.name.text === 'catch' ? node.arguments[0] : undefined;
  if (handler === undefined || !ts.isArrowFunction(handler)) return false;
  return ts.isBlock(handler.body) && isSilent(handler.body);
}

export function swallowedErrors(house: House): string[] {
  const faults: string[] = [];
  for (const file of house.files.values()) {
    visitAll(file, (node) => {
      if (isEmptyHandler(node))
        faults.push(`${at(file, node)} swallows an error: handle it, pass it on, or return what it means`);
    });
  }
  return faults;
}

export function bareErrors(house: House): string[] {
  const faults: string[] = [];
  for (const file of house.files.values()) {
    if (!FLOORS.includes(floorOf(file.path))) continue;
    visitAll(file, (node) => {
      const thrown = ts.isThrowStatement(node) ? node.expression : undefined;
      if (thrown !== undefined && ts.isNewExpression(thrown) && thrown.expression.getText() === 'Error')
        faults.push(`${at(file, node)} throws a bare Error: throw a PylonError with a code (protocol/errors.ts)`);
    });
  }
  return faults;
}

const SLEEPERS = new Set(['setTimeout', 'setInterval']);

export function sleepingTests(house: House): string[] {
  const faults: string[] = [];
  for (const file of house.files.values()) {
    if (!file.path.startsWith('test/') || file.path.startsWith('test/support/') || !file.path.endsWith('.ts')) continue;
    visitAll(file, (node) => {
      const call = ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : '';
      const timers = ts.isImportDeclaration(node) && /^['"](node:)?timers/.test(node.moduleSpecifier.getText());
      if (SLEEPERS.has(call) || timers)
        faults.push(`${at(file, node)} waits for time to pass: await an event or a condition, or turn a virtual clock`);
    });
  }
  return faults;
}

/** Tests with no room in the house: what they test is the whole of it. */
const FREE = /^test\/(e2e|simulation|torture|support|web\/browser)\/|^test\/tidy\.test\.ts$/;

/**
 * A test stands in the folder of its source under its source's name, or in a room's folder when it tests the room
 * (interop, conformance).
 */
export function strayTests(house: House): string[] {
  const paths = [...house.texts.keys()];
  const faults: string[] = [];
  for (const path of paths) {
    if (!path.startsWith('test/') || !path.endsWith('.test.ts') || FREE.test(path)) continue;
    const source = path.slice('test/'.length).replace(/\.test\.ts$/, '.ts');
    const slash = source.lastIndexOf('/');
    const folder = source.slice(0, slash + 1);
    const twin = paths.find((one) => floorOf(one) === floorOf(source) && one.endsWith(source.slice(slash)));
    if (!paths.some((one) => one.startsWith(folder)) || folder === '')
      faults.push(`${path} stands in a folder that the house does not have: move it to where its source is`);
    else if (!paths.includes(source) && twin !== undefined)
      faults.push(`${path} tests ${twin}, it seems: move it to test/${twin.replace(/\.ts$/, '.test.ts')}`);
  }
  return faults;
}

/** Hosts of package registries, and folders of the machine this was written on; neither is anybody's business. */
const HOSTS =
  /registry\.npmjs|registry\.yarnpkg|npm(?:)mirror|jfrog\.io|art(?:)ifactory|pypi\.org|crates\.io|proxy\.golang/;
const MACHINE = /(?<![\w.-])\/(?:work|root|tmp\/bash_jobs[.\w]*)\/\w*/;

export function machineTraces(house: House): string[] {
  const faults: string[] = [];
  for (const [path, text] of house.texts) {
    if (!HOSTS.test(text) && !MACHINE.test(text)) continue;
    text.split('\n').forEach((line, index) => {
      const found = HOSTS.exec(line)?.[0] ?? MACHINE.exec(line)?.[0];
      if (found !== undefined)
        faults.push(`${path}:${index + 1} names ${found}: nothing of one machine or registry belongs here`);
    });
  }
  return faults;
}
