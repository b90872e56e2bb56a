// Some of the offers: the same list until the offers are another list.
import t from 'tap';
import { narrowed } from '../../../conductor/chunk/narrowed.ts';
import { offerOf } from '../../support/scripted-market.ts';

t.test('the list is made anew when the offers are, and only then', async (t) => {
  let offers = ['a', 'bb', 'cc'].map((name) => offerOf(name));
  let asked = 0;
  const two = narrowed(
    () => offers,
    ({ provider }) => {
      asked++;
      return provider.length === 2;
    },
  );
  t.same(
    two().map(({ provider }) => provider),
    ['bb', 'cc'],
  );
  t.equal(two(), two());
  t.equal(asked, 3);
  offers = offers.slice(0, 2);
  t.same(
    two().map(({ provider }) => provider),
    ['bb'],
  );
});
