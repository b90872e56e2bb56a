import t from 'tap';
import { NIGHT_ID_KINDS } from '../../../../protocol/dse/overnight.ts';
import { placeOf } from '../../../../web/app/routes.ts';
import { linkOf, meanScore } from '../../../../web/dse/night/night-links.ts';

t.test('whatever a night names leads to a page that shows it; an artifact has none of its own', (t) => {
  for (const kind of NIGHT_ID_KINDS) {
    const link = linkOf({ kind, id: '01A/B' }, '@a/B.v1');
    if (kind === 'artifact') t.equal(link, undefined);
    else t.not(placeOf(new URL(link ?? '', 'http://x').pathname).view, 'unknown', `${kind}: ${link}`);
  }
  t.match(linkOf({ kind: 'example', id: 'trace:1' }, '@a/B.v1'), /signature=%40a%2FB.v1&example=trace%3A1$/);
  t.end();
});

t.test('the score of a step is that of the probes that came to something', (t) => {
  const probe = (score: number | null) => ({ exampleId: 'a', runId: 'r', score, madeBy: null });
  t.equal(meanScore([probe(1), probe(null), probe(0)]), 0.5);
  t.equal(meanScore([probe(null)]), undefined);
  t.end();
});
