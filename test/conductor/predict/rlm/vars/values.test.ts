import t from 'tap';
import {
  compareValues,
  dateOf,
  isoDay,
  numberOf,
  orderOf,
  sameValue,
} from '../../../../../conductor/predict/rlm/vars/values.ts';

t.test('dates are read in the forms that people and machines write', (t) => {
  const cases: [string, string | undefined][] = [
    ['2024-03-09', '2024-03-09'],
    ['2024/3/9', '2024-03-09'],
    ['2024-03', '2024-03-01'],
    ['2024-03-09T23:30:00-02:00', '2024-03-10'],
    ['2024-03-09 10:11:12.123Z', '2024-03-09'],
    ['Mar 9, 2024', '2024-03-09'],
    ['Saturday, March 9th, 2024', '2024-03-09'],
    ['9 March 2024', '2024-03-09'],
    ['09-Mar-2024', '2024-03-09'],
    ['9.3.2024', '2024-03-09'],
    ['3/9/2024', '2024-03-09'],
    ['2024-02-30', undefined],
    ['2024', undefined],
    ['Smarch 9, 2024', undefined],
    ['yesterday', undefined],
  ];
  for (const [text, day] of cases) {
    const moment = dateOf(text);
    t.equal(moment === undefined ? undefined : isoDay(moment), day, text);
  }
  t.end();
});

t.test('values compare as what they are, and an order is total', (t) => {
  t.equal(numberOf('1,200.5'), 1_200.5);
  t.equal(numberOf('12a'), undefined);
  t.equal(compareValues('9', '10'), -1);
  t.equal(compareValues('b', 'a'), 1);
  t.equal(compareValues(null, 1), undefined);
  t.equal(compareValues('x', 1), undefined);
  t.ok(sameValue('5', 5) && !sameValue('05a', 5) && sameValue(true, 'true'));
  const sort = (values: (string | number | null)[]) => [...values].sort(orderOf(values));
  t.same(sort(['10', '9', null, 8]), [8, '9', '10', null]);
  t.same(sort(['Feb 1, 2024', '2023-12-31', null]), ['2023-12-31', 'Feb 1, 2024', null]);
  t.same(sort(['b', 'a', '10']), ['10', 'a', 'b']);
  t.end();
});
