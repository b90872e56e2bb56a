import { readFileSync } from 'node:fs';
import t from 'tap';
import { EVIDENCE_SHARE_MIN } from '../../../conductor/verify/agreement.ts';
import { STRICT_THRESHOLDS, TEXT_THRESHOLDS } from '../../../conductor/verify/text-agreement.ts';
import { commonWordsSource } from '../../support/agreement/common-words-source.ts';
import { agreementChapter, CHAPTER, countErrors, heldOut } from '../../support/agreement/document.ts';
import { FORMS, type Form } from '../../support/agreement/labelled-set.ts';
import type { Limits } from '../../support/agreement/measure.ts';
import { KINDS, type Kind, SAME } from '../../support/agreement/texts.ts';
import { wordRelationsSource } from '../../support/agreement/word-relations-source.ts';

const root = new URL('../../../../', import.meta.url);
const limits: Limits = { text: TEXT_THRESHOLDS, evidence: EVIDENCE_SHARE_MIN };
const strict: Limits = { ...limits, text: STRICT_THRESHOLDS };
const WRONG = KINDS.filter((kind) => !SAME.has(kind));
const pairs = heldOut();

/** Share of the pairs of a kind that are judged wrongly. */
function rate(kind: Kind, form?: Form, by: Limits = limits): number {
  const { errors, pairs: count } = countErrors(
    pairs,
    by,
    (pair) => pair.kind === kind && (form === undefined || pair.form === form),
  );
  t.comment(`${kind}${form === undefined ? '' : ` of ${form}`}: ${errors} of ${count} judged wrongly`);
  return errors / count;
}

t.test('of what is off topic, injected, or has another number, at most 1 % is accepted', async (t) => {
  for (const kind of ['off-topic', 'number flipped', 'injected'] as const) t.ok(rate(kind) <= 0.01, kind);
});

t.test(
  'by the strict thresholds, by which notes are compared, at most 1 % of what is wrong in any way is accepted',
  async (t) => {
    for (const kind of WRONG)
      for (const form of FORMS)
        t.ok(rate(kind, form, strict) <= (kind === 'truncated' ? 0.014 : 0.01), `${kind}, ${form}`);
  },
);

t.test('what is only put in another order always agrees', async (t) => {
  t.equal(rate('reordered'), 0);
  t.equal(rate('reordered', undefined, strict), 0);
});

t.test('findings of another seed or model are rejected in at most 5 % of the pairs', async (t) => {
  for (const kind of SAME) t.ok(rate(kind, 'findings') <= 0.05, kind);
});

t.test('docs/verification.md tells what is measured', async (t) => {
  const document = readFileSync(new URL('docs/verification.md', root), 'utf8');
  t.equal(
    document.slice(document.indexOf(CHAPTER)),
    agreementChapter(),
    'npm run build && node out/test/support/agreement/document.js > docs/verification.md',
  );
});

t.test('the list of common words is what WordNet gives', async (t) => {
  const list = readFileSync(new URL('conductor/verify/wording/common-words.ts', root), 'utf8');
  t.equal(list, commonWordsSource());
});

t.test('the synonyms and opposites are those that WordNet gives', async (t) => {
  const list = readFileSync(new URL('conductor/verify/wording/word-relations.ts', root), 'utf8');
  t.equal(list, wordRelationsSource());
});
