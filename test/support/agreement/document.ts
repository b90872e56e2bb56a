// Writes docs/verification.md from the measurement: `node out/test/support/agreement/document.js > docs/verification.md`.
// A test holds the document to what the code does today.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { EVIDENCE_SHARE_MIN } from '../../../conductor/verify/agreement.ts';
import { confirmNotes } from '../../../conductor/verify/notes.ts';
import { STRICT_THRESHOLDS, TEXT_THRESHOLDS } from '../../../conductor/verify/text-agreement.ts';
import type { ExtractorOutput } from '../../../protocol/signature.ts';
import type { FactSet } from './facts.ts';
import { FORMS, type Form, labelledSet, type Pair } from './labelled-set.ts';
import { judge, type Limits } from './measure.ts';
import { KINDS, type Kind, SAME } from './texts.ts';

export interface Count {
  readonly pairs: number;
  readonly errors: number;
}

const percent = ({ pairs, errors }: Count) => (pairs === 0 ? '' : `${((100 * errors) / pairs).toFixed(1)} %`);

/** Errors among the pairs that pass the filter. */
export function countErrors(pairs: readonly Pair[], limits: Limits, wanted: (pair: Pair) => boolean): Count {
  const chosen = pairs.filter(wanted);
  const errors = chosen.filter((pair) => judge(pair, limits).agrees !== SAME.has(pair.kind)).length;
  return { pairs: chosen.length, errors };
}

/** The held-out half: the facts that were held out first, and those worded before the gates were tuned again. */
export const HELD_OUT = ['held-out', 'held-out, second'] as const satisfies readonly FactSet[];

export function heldOut(): Pair[] {
  return labelledSet().filter(({ set }) => HELD_OUT.some((name) => name === set));
}

const DEFAULT_LIMITS: Limits = { text: TEXT_THRESHOLDS, evidence: EVIDENCE_SHARE_MIN };
const SHARES = [0, TEXT_THRESHOLDS.shareMin, 0.5, 0.75, 1] as const;
const EXCHANGES = [-0.5, TEXT_THRESHOLDS.exchangeMax, 0.5, 1, 2, Number.POSITIVE_INFINITY] as const;
const EVIDENCES = [0, 0.25, EVIDENCE_SHARE_MIN, 0.65, 0.8, 0.95] as const;

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

function kindTable(pairs: readonly Pair[], limits: Limits = DEFAULT_LIMITS, forms: readonly Form[] = FORMS): string {
  const rows = KINDS.map((kind: Kind) => {
    const of = (form?: Form) =>
      countErrors(pairs, limits, (pair) => pair.kind === kind && (form === undefined || pair.form === form));
    return [kind, SAME.has(kind) ? 'rejected' : 'accepted', ...forms.map((form) => percent(of(form))), percent(of())];
  });
  return table(['kind', 'falsely', ...forms, 'all'], rows);
}

/** How many notes of right answers survive the comparison. */
function notesKept(pairs: readonly Pair[]): string {
  let [notes, kept] = [0, 0];
  for (const { form, kind, left, right } of pairs) {
    if (form !== 'findings' || (kind !== 'other seed' && kind !== 'paraphrase')) continue;
    const [one, other]: ExtractorOutput[] = [JSON.parse(left), JSON.parse(right)];
    const noted = (found: readonly { note?: string | undefined }[]) =>
      found.filter(({ note }) => note !== undefined).length;
    notes += noted(other!.findings);
    kept += noted(confirmNotes(other!.findings, [one!]));
  }
  return percent({ pairs: notes, errors: kept });
}

function rates(pairs: readonly Pair[], form: Form, limits: Limits): [string, string] {
  const of = (same: boolean) =>
    countErrors(pairs, limits, (pair) => pair.form === form && SAME.has(pair.kind) === same);
  return [percent(of(false)), percent(of(true))];
}

/** False accepts and false rejects of each form, for each value of one threshold. */
function rocTable(pairs: readonly Pair[], forms: readonly Form[], name: string, steps: readonly [string, Limits][]) {
  const rows = steps.map(([value, limits]) => [value, ...forms.flatMap((form) => rates(pairs, form, limits))]);
  return table([name, ...forms.flatMap((form) => [`${form} FA`, 'FR'])], rows);
}

/** Where the generated chapter begins; what stands before it is written by hand. */
export const CHAPTER = '## Agreement';

const INTRODUCTION = `${CHAPTER}

Do two answers of the same chunk say the same? This chapter is measured: \`npm run build && node
out/test/support/agreement/document.js > docs/verification.md\` writes it anew, a test holds it to the code.

### What agrees

**Findings** (\`conductor/verify/agreement.ts\`). The embedded engine computes: two of its answers must be equal in quotes,
lines, scores and groups, in any order. Language models quote more or less widely and score by feeling: the best quote of
each must be among the other's, and of the evidence, weighed by score, they must share at least ${EVIDENCE_SHARE_MIN}. A list cut off never
agrees with the whole, nothing found never with something found. A note may bring in no number, identifier, name or order
to its reader that neither its quote nor the other's note holds. What a note says in its own words is believed only where
the note of another answer on the same quote says the same (\`notes.ts\`); else the finding is kept and the note dropped.

**Records** (\`json-agreement.ts\`). The same members; numbers by value (1606, "1,606" and "1606.0" are one, 3.1 and "3.10"
are not), true is not "true", a missing member is not null. Lists are sets of the same size, unless the field says that its
order counts. Sentences in it are compared as free text, all other strings must be the same but for spelling.

**Free text** (\`text-agreement.ts\`). After normalising (Unicode NFC, white space, quotes, dashes, Markdown): numbers with
units as multisets, dates, times, identifiers and quoted words to the letter, names in both or in neither. An identifier or
name counts once however often it is said: some write "it". Then sentence by sentence, whatever their order: nothing may be
denied that the other affirms, or told by a word that means the opposite; no two things may have changed places, which shows
when one text leads from the first to the second and the other back, passive, "from" and "smaller" turned round, or else when
each is surrounded in one text as the other is in the other; enough of the content words must be shared. A text that breaks off, is a part of the other, or gives
orders to its reader alone does not agree.

Answers that agree are clustered by complete link (\`clusters.ts\`): every member agrees with every other. The medoid stands
for its cluster.

### How well

The labelled set is built with a seed by \`test/support/agreement/labelled-set.ts\` from facts about logs, builds and
documents that are worded by hand in four ways each, with denials and exchanged parts, in \`test/fixtures/agreement\`. The
gates were tuned on 108 facts; the figures below are of 60 others with other names: 36 that were held out when the gates were
first tuned, and 24 that were worded before they were tuned again. Forms: one sentence; a passage of two to four facts; a JSON
record; findings of an Extractor. Of findings, what is wrong in a note counts as accepted when the note is believed.
`;

/** Before the table of each of `HELD_OUT`. */
const TABLE_HEADS = ['Facts held out first,', 'Facts held out second,'];

const STRICTLY = `Notes are compared by stricter thresholds: ${100 * STRICT_THRESHOLDS.shareMin} % of the content words, and a sign that nothing has changed places.
The share was raised from 50 % after the figures of the held-out facts had been seen, so these are not figures of facts that
nothing was chosen by. Free text by these, all held-out facts:
`;

const WEAKNESS = `### What it cannot do

The aim is at most 1 % of what is wrong accepted at no more than 5 % of what is right rejected, for each kind. **It is met for
findings** (a truncated list aside, where one in 75 or none passes) **and not for free text.** At its own thresholds free text
is a compromise that meets neither bound: a denial or an exchange told in other words than the original slips through, and a
sentence worded altogether anew is often not recognised, the more so in longer passages, where one such sentence is enough. Of what
was tried the best that keeps every wrong kind of free text below 1 % are the strict thresholds, which accept what is worded
alike and hardly a paraphrase. The reason is the same for both errors: no list of words tells that "still in progress" is "not
finished" and that "came out" is "was published". The gates do better on the facts they were tuned on, and by how much is what
the held-out facts are for.

What rests on it is arranged so that neither error costs an answer: evidence is compared by place, not by words; only notes are
compared by words, by the strict thresholds, and one that is not confirmed is dropped, whereas its quote stays. Similar texts
prove agreement, never which model ran.
`;

/** The chapter of docs/verification.md on agreement. */
export function agreementChapter(): string {
  const pairs = heldOut();
  const second = pairs.filter(({ set }) => set === HELD_OUT[1]);
  const texts: readonly Form[] = ['sentence', 'passage', 'record'];
  const mark = (value: number, chosen: number) => `${value}${value === chosen ? ' (chosen)' : ''}`;
  const shares = SHARES.map((shareMin): [string, Limits] => [
    mark(shareMin, TEXT_THRESHOLDS.shareMin),
    { ...DEFAULT_LIMITS, text: { ...TEXT_THRESHOLDS, shareMin } },
  ]);
  const exchanges = EXCHANGES.map((exchangeMax): [string, Limits] => [
    mark(exchangeMax, TEXT_THRESHOLDS.exchangeMax).replace('Infinity', 'off'),
    { ...DEFAULT_LIMITS, text: { ...TEXT_THRESHOLDS, exchangeMax } },
  ]);
  const evidences = EVIDENCES.map((evidence): [string, Limits] => [
    mark(evidence, EVIDENCE_SHARE_MIN),
    { ...DEFAULT_LIMITS, evidence },
  ]);
  return [
    INTRODUCTION,
    ...HELD_OUT.map((name, at) => {
      const those = pairs.filter(({ set }) => set === name);
      return `${TABLE_HEADS[at]!} ${those.length} pairs:\n\n${kindTable(those)}\n`;
    }),
    STRICTLY,
    `${kindTable(
      pairs.filter(({ form }) => form !== 'findings'),
      { ...DEFAULT_LIMITS, text: STRICT_THRESHOLDS },
      texts,
    )}\n`,
    `Of the notes of right answers ${notesKept(pairs)} are kept.\n`,
    'FA: wrong pairs accepted; FR: right pairs rejected; of all kinds together, of the facts held out second, for other\nvalues of each threshold.\n',
    'Least share of content words:\n',
    `${rocTable(second, texts, 'share', shares)}\n`,
    'Most by which two things may fit better in each other’s place:\n',
    `${rocTable(second, texts, 'exchange', exchanges)}\n`,
    'Least share of the evidence of two lists of findings:\n',
    `${rocTable(second, ['findings'], 'evidence', evidences)}\n`,
    WEAKNESS,
  ].join('\n');
}

/** The whole document, with the chapter as it is measured now. */
function renewed(): string {
  const document = readFileSync(new URL('../../../../docs/verification.md', import.meta.url), 'utf8');
  return `${document.slice(0, document.indexOf(CHAPTER))}${agreementChapter()}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.stdout.write(renewed());
