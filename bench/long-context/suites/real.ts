// Tasks over real files: the log and the repository (real-questions.ts). They are as large as they are, and the same for every seed.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE } from '../../../node/package-folder.ts';
import { PylonError } from '../../../protocol/errors.ts';
import {
  type EvidenceSpan,
  type PlannedTask,
  type Suite,
  surveyed,
  type TaskFile,
  type TaskInstance,
} from '../task.ts';
import { LOG_QUESTIONS, REPO_QUESTIONS, type RealQuestion } from './real-questions.ts';

const TEXT = /\.(ts|md|go|py|sh|log|conf|service|mod)$/;
/** Ignored by the project's own .gitignore: whoever reads it has read too much. */
const NEVER = /\.local\.conf$/;

/** Text files below a path of the repository, in order. */
function filesBelow(path: string): string[] {
  const absolute = join(fileURLToPath(PACKAGE), path);
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .map((name) => `${path}/${name.replaceAll('\\', '/')}`)
    .filter((name) => TEXT.test(name) && !NEVER.test(name))
    .sort();
}

function textOf(path: string): string {
  return readFileSync(new URL(path, PACKAGE), 'utf8');
}

/** @throws PylonError `internal` when the words are not in the file any more */
function spanOf({ path, quote }: { readonly path: string; readonly quote: string }): EvidenceSpan {
  const at = textOf(path)
    .split('\n')
    .findIndex((line) => line.includes(quote));
  if (at < 0) throw new PylonError('internal', { value: `${path}: ${quote}`, reason: 'the evidence is not there' });
  return { path, startLine: at + 1, endLine: at + 1 };
}

function task(suite: string, asked: RealQuestion): TaskInstance {
  const files = asked.inputs.flatMap(filesBelow).map((path): TaskFile => ({ path, pieces: () => [textOf(path)] }));
  const isEvidence = (line: string) => asked.evidence.some(({ quote }) => line.includes(quote));
  return {
    id: asked.id,
    suite,
    seed: 0,
    question: asked.question,
    files,
    bytes: surveyed(files),
    expected: asked.answer,
    evidence: asked.evidence.map(spanOf),
    scoring: { kind: 'text', accept: [asked.accept], reject: [] },
    reader: {
      approach: { kind: 'search', mode: 'bm25', text: asked.question },
      relevant: isEvidence,
      answer: (lines) => (lines.some(isEvidence) ? asked.answer : undefined),
    },
  };
}

function suite(name: string, about: string, questions: readonly RealQuestion[]): Suite {
  return {
    name,
    about,
    isSized: false,
    plan: () =>
      questions.map((asked): PlannedTask => ({ id: asked.id, suite: name, bytes: 0, make: () => task(name, asked) })),
  };
}

export const LOG_QA: Suite = suite(
  'log-qa',
  'questions about a real build log and a handbook, with evidence',
  LOG_QUESTIONS,
);
export const REPO_QA: Suite = suite('repo-qa', 'questions about real source, with evidence', REPO_QUESTIONS);
