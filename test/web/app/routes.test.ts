import fc from 'fast-check';
import t from 'tap';
import { pathOf, placeOf, type ViewName } from '../../../web/app/routes.ts';

const PLAIN: readonly ViewName[] = [
  'home',
  'runs',
  'compare',
  'experiments',
  'providers',
  'ledger',
  'dse',
  'dse-examples',
  'dse-label',
  'dse-receipts',
];
const NAMED: readonly ViewName[] = [
  'run',
  'experiment',
  'provider',
  'dse-signature',
  'dse-compile',
  'dse-canary',
  'dse-night',
  'dse-promotion',
  'dse-receipt',
];

t.test('every view has an address that leads back to it, whatever its subject is called', (t) => {
  for (const view of PLAIN) t.same(placeOf(pathOf(view)), { view, subject: '' });
  const subject = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.endsWith('/'));
  fc.assert(
    fc.property(fc.constantFrom(...NAMED), subject, (view, name) => {
      t.same(placeOf(pathOf(view, name)), { view, subject: name });
    }),
  );
  t.same(placeOf(pathOf('dse-signature', '@pylon/rlm/Router.v1')), {
    view: 'dse-signature',
    subject: '@pylon/rlm/Router.v1',
  });
  t.end();
});

t.test('what we do not serve is nothing, and a list without a page of its own is the inspector', (t) => {
  for (const path of ['/', '/rlm/dse/nothing', '/rlm/dse/compiles/a/b', '/rlm/runs/%ff'])
    t.equal(placeOf(path).view, 'unknown', path);
  for (const path of ['/rlm/dse/compiles', '/rlm/dse/nights/', '/rlm/dse/']) t.equal(placeOf(path).view, 'dse', path);
  t.end();
});
