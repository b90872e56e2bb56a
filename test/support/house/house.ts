// The whole source tree as the house rules see it: paths, texts, syntax trees and who imports whom.
// It can be read from disk or made up, so that a test can show that every rule bites.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

export interface Import {
  /** As written, or the path of a script named in a string (a worker, a spawned process). */
  readonly specifier: string;
  /** Path from the root when it is a file of ours; undefined for packages. */
  readonly target: string | undefined;
  readonly line: number;
  /** `value` runs the other file, `type` is erased by the compiler, `script` is started by name. */
  readonly kind: 'value' | 'type' | 'script';
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

const SKIPPED = /^(\.git|\.tap|node_modules|out|bench\/\.data|bench\/results\.json|package-lock\.json)(\/|$)/;
const CODE = /\.(ts|tsx|mts|mjs|js)$/;
const TEXT_BYTES_MAX = 5_000_000;

function walk(root: string, folder: string, into: string[]): void {
  for (const entry of readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.test(path)) continue;
    if (entry.isDirectory()) walk(root, path, into);
    else if (entry.isFile()) into.push(path);
  }
}

function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** The specifier of a static import, a re-export or an import() with a plain string. */
function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined)
    return ts.isStringLiteralLike(node.moduleSpecifier) ? node.moduleSpecifier : undefined;
  const dynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const first = dynamic ? node.arguments[0] : undefined;
  return first !== undefined && ts.isStringLiteralLike(first) ? first : undefined;
}

/** `import type`, `export type`, or a list in which every name is a type. */
function kindOf(node: ts.Node): 'value' | 'type' {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly ? 'type' : 'value';
  const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
  if (clause === undefined) return 'value';
  const names = clause.namedBindings;
  const list = clause.name === undefined && names !== undefined && ts.isNamedImports(names) ? names.elements : [];
  const onlyTypes = list.length > 0 && list.every((name) => name.isTypeOnly);
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || onlyTypes ? 'type' : 'value';
}

export class House {
  /** Code by path. */
  readonly files = new Map<string, SourceFile>();
  /** Every text file, code included. */
  readonly texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.texts = texts;
    for (const [path, text] of texts) {
      if (!CODE.test(path) || path.startsWith('examples/')) continue;
      const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
      this.files.set(path, { path, text, tree, imports: this.#importsOf(path, tree) });
    }
  }

  /** The tree on disk, without what is made or installed. */
  static read(root: string): House {
    const paths: string[] = [];
    walk(root, '', paths);
    const texts = new Map<string, string>();
    for (const path of paths.sort()) {
      const file = `${root}/${path}`;
      if (!existsSync(file) || statSync(file).size > TEXT_BYTES_MAX) continue;
      const bytes = readFileSync(file);
      if (!bytes.subarray(0, 8_000).includes(0)) texts.set(path, bytes.toString('utf8'));
    }
    return new House(texts);
  }

  #importsOf(path: string, tree: ts.SourceFile): Import[] {
    const imports: Import[] = [];
    const visit = (node: ts.Node): void => {
      const specifier = specifierOf(node);
      if (specifier !== undefined) {
        const target = specifier.text.startsWith('.') ? this.#resolve(path, specifier.text) : undefined;
        imports.push({ specifier: specifier.text, target, line: lineOf(tree, node), kind: kindOf(node) });
      } else if (ts.isStringLiteralLike(node) && /\.(js|mjs|tsx?)$/.test(node.text)) {
        const target = this.#resolve(path, node.text) ?? this.#compiled(node.text);
        if (target !== undefined)
          imports.push({ specifier: node.text, target, line: lineOf(tree, node), kind: 'script' });
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return imports;
  }

  /** A relative path, with the .js of compiled code taken for its .ts source. */
  #resolve(from: string, specifier: string): string | undefined {
    const path = posix.join(posix.dirname(from), specifier);
    const candidates = [path, path.replace(/\.js$/, '.ts'), path.replace(/^out\//, '').replace(/\.js$/, '.ts')];
    return candidates.find((candidate) => this.texts.has(candidate));
  }

  /** `out/node/x.js` anywhere in a string is node/x.ts. */
  #compiled(text: string): string | undefined {
    const path = text.match(/(?:^|\/)out\/(.*)\.js$/)?.[1];
    return path !== undefined && this.texts.has(`${path}.ts`) ? `${path}.ts` : undefined;
  }
}

/** `path:line` for a message. */
export function at(file: SourceFile, node: ts.Node): string {
  return `${file.path}:${lineOf(file.tree, node)}`;
}

/** Calls back for every node below a file's tree. */
export function visitAll(file: SourceFile, callback: (node: ts.Node) => void): void {
  const visit = (node: ts.Node): void => {
    callback(node);
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
}
