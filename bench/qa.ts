// Owns the evidence benchmark: questions about real files, with the lines that hold the answer. Prints recall of our
// references and of plain BM25 widened to the same number of lines, per question type.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LineReference, rankLines, widen } from './bm25-baseline.ts';
import { EngineAsker } from './qa-engine.ts';
import type { Answer, Asker, Question } from './qa-question.ts';
import { SwarmAsker } from './qa-swarm.ts';

export interface Scores {
  type: string;
  questions: number;
  at1: number;
  at5: number;
  all: number;
  answered: number;
  baselineAt1: number;
  baselineAt5: number;
  baselineAll: number;
}

function overlaps(reference: { path: string; start: number; end: number }, question: Question): boolean {
  return question.gold_lines.some(
    (gold) => gold.file === reference.path && reference.start <= gold.end && reference.end >= gold.start,
  );
}

function firstHit(references: readonly { path: string; start: number; end: number }[], question: Question): number {
  const index = references.findIndex((reference) => overlaps(reference, question));
  return index < 0 ? Number.POSITIVE_INFINITY : index;
}

function answerPattern(source: string): RegExp {
  return source.startsWith('(?i)') ? new RegExp(source.slice(4), 'i') : new RegExp(source);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Plain BM25, each of its references as wide as ours at the same rank (the average of ours past our last one). */
function baseline(folder: string, question: Question, answer: Answer) {
  const texts = question.files.map((file) => readFileSync(join(folder, file), 'utf8'));
  const widths = answer.spanRefs.map((reference) => reference.end_line - reference.start_line + 1);
  const average = Math.max(1, Math.round(widths.reduce((sum, width) => sum + width, 0) / Math.max(1, widths.length)));
  const best: LineReference[] = rankLines(texts, question.query, Math.max(5, widths.length));
  return best.map((reference, rank) => {
    const lines = texts[reference.file]!.split('\n').length;
    const wide = widen(reference, widths[rank] ?? average, lines);
    return { path: question.files[reference.file]!, start: wide.startLine, end: wide.endLine };
  });
}

export interface Report {
  scores: Scores[];
  quotes: number;
  exactQuotes: number;
  medianLines: number;
  differing: string[];
  ranks: { id: string; ours: number; theirs: number; answered: boolean }[];
}

/** Asks every question (as one chunk and as forty) and scores the answers. */
export async function measure(folder: string, asker: Asker, only?: string): Promise<Report> {
  const lines = readFileSync(join(folder, 'questions.jsonl'), 'utf8').trim().split('\n');
  const questions = lines.map((line) => JSON.parse(line) as Question).filter((one) => !only || one.id.includes(only));
  const report: Report = { scores: [], quotes: 0, exactQuotes: 0, medianLines: 0, differing: [], ranks: [] };
  const widths: number[] = [];
  for (const question of questions) {
    const answer = await asker.ask(folder, question, 40);
    const whole = await asker.ask(folder, question, 1);
    if (JSON.stringify(answer) !== JSON.stringify(whole)) report.differing.push(question.id);
    for (const reference of answer.spanRefs) {
      const bytes = readFileSync(join(folder, reference.path)).subarray(reference.start_byte, reference.end_byte);
      report.quotes++;
      if (sha256(bytes) === reference.content_hash) report.exactQuotes++;
      widths.push(reference.end_line - reference.start_line + 1);
    }
    const ours = firstHit(
      answer.spanRefs.map((reference) => ({
        path: reference.path,
        start: reference.start_line,
        end: reference.end_line,
      })),
      question,
    );
    const theirs = firstHit(baseline(folder, question, answer), question);
    const answered = answerPattern(question.gold_answer_regex).test(answer.output);
    report.ranks.push({ id: question.id, ours, theirs, answered });
    tally(report, question.type, ours, theirs, answered);
    if (question.type !== 'aggregate') tally(report, 'needle + explain', ours, theirs, answered);
  }
  widths.sort((one, other) => one - other);
  report.medianLines = widths[Math.floor(widths.length / 2)] ?? 0;
  return report;
}

function tally(report: Report, type: string, ours: number, theirs: number, answered: boolean): void {
  let scores = report.scores.find((row) => row.type === type);
  if (!scores) {
    scores = {
      type,
      questions: 0,
      at1: 0,
      at5: 0,
      all: 0,
      answered: 0,
      baselineAt1: 0,
      baselineAt5: 0,
      baselineAll: 0,
    };
    report.scores.push(scores);
  }
  scores.questions++;
  if (ours < 1) scores.at1++;
  if (ours < 5) scores.at5++;
  if (Number.isFinite(ours)) scores.all++;
  if (theirs < 1) scores.baselineAt1++;
  if (theirs < 5) scores.baselineAt5++;
  if (Number.isFinite(theirs)) scores.baselineAll++;
  if (answered) scores.answered++;
}

function print(report: Report): void {
  const percent = (part: number, whole: number) => `${part}/${whole} ${Math.round((100 * part) / whole)}%`;
  const columns = ['type', '@1', '@5', '@all', 'answered', 'BM25 @1', 'BM25 @5', 'BM25 @all', 'ratio @5'];
  console.log(columns.map((name) => name.padEnd(17)).join(''));
  for (const row of report.scores) {
    const cells = [
      row.type,
      ...[row.at1, row.at5, row.all, row.answered, row.baselineAt1, row.baselineAt5, row.baselineAll].map((part) =>
        percent(part, row.questions),
      ),
      row.baselineAt5 === 0 ? '-' : (row.at5 / row.baselineAt5).toFixed(2),
    ];
    console.log(cells.map((cell) => cell.padEnd(17)).join(''));
  }
  console.log(
    `quotes exact: ${percent(report.exactQuotes, report.quotes)}, median lines of a reference: ${report.medianLines}`,
  );
  const differing = report.differing.length === 0 ? 'identical' : `DIFFERENT for ${report.differing.join(', ')}`;
  console.log(`1 chunk against 40 chunks: ${differing}`);
}

async function main(): Promise<void> {
  const folder = process.argv[2];
  if (!folder) {
    console.error('usage: npm run bench:qa -- <folder with questions.jsonl> [--verbose] [--engine: without the swarm]');
    process.exitCode = 2;
    return;
  }
  const asker = process.argv.includes('--engine') ? new EngineAsker() : await SwarmAsker.open();
  const report = await measure(folder, asker);
  await asker.close();
  if (process.argv.includes('--verbose')) {
    for (const rank of report.ranks)
      console.log(
        `${rank.id.padEnd(20)} ours ${rank.ours + 1} BM25 ${rank.theirs + 1}${rank.answered ? ' answered' : ''}`,
      );
  }
  print(report);
}

if (import.meta.url === `file://${process.argv[1]}`) await main();
