import t from 'tap';
import { featuresOf } from '../../../conductor/predict/input-features.ts';
import { textCorpus } from '../../support/text-corpus.ts';

const LOG = Array.from({ length: 8 }, (_, at) => `10:00:${at} INFO worker ${at} checked ${at * 7}`).join('\n');
const WHO = 'Miller Carter Ferryman Clerk Gardener Widow Pilgrim Founder Mason Baker Weaver Smith'.split(' ');
const PROSE = WHO.map((who) => `${who} and the others had seen that it was not in the valley.\n`).join('');

t.test('an input is told by its sizes and by what its largest file reads like', async (t) => {
  const texts = { 'a.log': LOG, 'b.txt': PROSE };
  const bytes = Buffer.byteLength(LOG) + Buffer.byteLength(PROSE);
  t.same(await featuresOf(textCorpus(texts), 8_192), { bytes, files: 2, window_tokens: 8_192, kind: 'prose' });
  t.match(await featuresOf(textCorpus({ 'a.log': LOG }), 8_192), { files: 1, kind: 'log' });
});

t.test('the middle of a character at the end of the sample is no fault, nor is an empty input', async (t) => {
  const text = `${'x'.repeat(32_767)}😀${'y'.repeat(9_000)}`;
  t.match(await featuresOf(textCorpus({ 'a.txt': text }), 1), { bytes: Buffer.byteLength(text) });
  t.same(await featuresOf(textCorpus({}), 1), { bytes: 0, files: 1, window_tokens: 1, kind: 'log' });
});
