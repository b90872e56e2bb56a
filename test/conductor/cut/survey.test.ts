// What ranks chunks is read with the survey or when it is first asked for, and is the same either way.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { survey } from '../../../conductor/cut/survey.ts';
import { analyseQuery } from '../../../conductor/search/query.ts';
import { textCorpus } from '../../support/text-corpus.ts';

const FILES = {
  'build.log': readFileSync('examples/build.log').subarray(0, 300_000),
  'README.md': readFileSync('README.md'),
  'empty.txt': '',
  'late.log': `${'\n'.repeat(5_000)}one line at the end 1 2 3`,
};
const signal = new AbortController().signal;

t.test(
  'a survey that ranks nothing tells the same hashes and kinds, and the same ranking when it is asked for',
  async (t) => {
    const analysis = analyseQuery('How many errors broke the build?');
    for (const pieceBytes of [977, 65_536]) {
      const corpus = textCorpus(FILES, pieceBytes);
      const [full, light] = await Promise.all([
        survey(corpus, analysis, signal, true),
        survey(corpus, analysis, signal, false),
      ]);
      t.equal(light.inputHash, full.inputHash);
      t.same(light.fileHashes, full.fileHashes);
      t.same(
        corpus.files.map((_, file) => light.kindOf(file)),
        corpus.files.map((_, file) => full.kindOf(file)),
      );
      t.same((await light.ranking()).plan, (await full.ranking()).plan);
      t.equal(light.ranking(), light.ranking(), 'it is read once');
    }
  },
);

t.test('a survey is given up when nobody waits for it any more', async (t) => {
  const over = AbortSignal.abort();
  await t.rejects(survey(textCorpus(FILES), analyseQuery('why?'), over, false));
  const light = await survey(textCorpus(FILES), analyseQuery('why?'), signal, false);
  t.equal(light.ranks, false);
});
