// `npm run mutate:money [-- words]`: takes the guards of money away, one by one, in a copy of the tree, and runs the tests that
// must notice. A guard that nobody misses ends it with exit code 1. Words choose guards by their names.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { GUARDS } from './guards/guard.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
/** A mutant that waits for ever is noticed as well. */
const TESTS_TIMEOUT_MS = 300_000;

/** Sources and compiled code; dependencies are linked. */
function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'pylon-mutants-'));
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT });
  const present = String(listed).split('\0').filter(Boolean);
  for (const path of [...present, 'out']) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(ROOT, path), join(copy, path), { recursive: true, force: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** One file compiled as tsc does; types are not checked, for a mutant need not be tidy. */
function compile(copy, file) {
  const source = readFileSync(join(copy, file), 'utf8');
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
    fileName: file,
    reportDiagnostics: true,
  });
  const [first] = diagnostics;
  if (first !== undefined) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`);
  writeFileSync(join(copy, 'out', file.replace(/\.ts$/, '.js')), outputText);
}

/** The command is one bundle, which tests of the real command run. */
function bundle(copy) {
  execFileSync('npm', ['run', '--silent', 'bundle'], { cwd: copy, stdio: 'pipe' });
}

function runTests(copy, tests) {
  const { status, stdout } = spawnSync(process.execPath, ['test/run.mjs', ...tests], {
    cwd: copy,
    encoding: 'utf8',
    timeout: TESTS_TIMEOUT_MS,
  });
  return { passed: status === 0, stdout };
}

/** The first sentence that failed, or why none could. */
function noticedBy(stdout) {
  const sentence = /^ {2}x (.*)$/m.exec(stdout)?.[1] ?? /^ {2}suite .*$/m.exec(stdout)?.[0].trim();
  return sentence ?? 'tests that took too long';
}

function mutate(copy, { file, find, replace }) {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const found = source.split(find).length - 1;
  if (found !== 1)
    throw new Error(`${file} has ${JSON.stringify(find)} ${found} times: mend its list in test/mutate/guards`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  return () => writeFileSync(path, source);
}

/** @returns the sentence of the test that noticed; undefined when none did */
function attack(copy, guard) {
  const needsBundle = guard.tests.some((test) => test.startsWith('test/e2e/'));
  const restore = mutate(copy, guard);
  try {
    compile(copy, guard.file);
    if (needsBundle) bundle(copy);
    const { passed, stdout } = runTests(copy, guard.tests);
    if (/cannot be loaded/.test(stdout)) throw new Error(`without "${guard.name}" nothing can be loaded`);
    return passed ? undefined : noticedBy(stdout);
  } finally {
    restore();
    compile(copy, guard.file);
    if (needsBundle) bundle(copy);
  }
}

function main(words) {
  const chosen = GUARDS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (chosen.length === 0) throw new Error('no guard has this in its name');
  const copy = copyTree();
  const survivors = [];
  try {
    for (const guard of chosen) mutate(copy, guard)(); // all still stand where they should
    const tests = [...new Set(chosen.flatMap((guard) => guard.tests))];
    const whole = runTests(copy, tests);
    if (!whole.passed) throw new Error(`the tests fail before anything is taken away:\n${whole.stdout}`);
    for (const guard of chosen) {
      const noticed = attack(copy, guard);
      if (noticed === undefined) survivors.push(guard.name);
      console.log(
        `${noticed === undefined ? 'SURVIVED' : 'caught'}  ${guard.name}${noticed === undefined ? '' : ` | by: ${noticed}`}`,
      );
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  console.log(`${chosen.length - survivors.length} of ${chosen.length} guards are missed when they are gone`);
  if (survivors.length > 0) process.exitCode = 1;
}

main(process.argv.slice(2));
