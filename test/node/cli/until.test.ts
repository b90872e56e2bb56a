import t from 'tap';
import { nextTimeOfDay } from '../../../node/cli/until.ts';

t.test('a time of day is the next moment at which it is that late, today or tomorrow', async (t) => {
  const noon = new Date(2026, 2, 14, 12, 0, 0, 0).getTime();
  const at = (text: string) => new Date(nextTimeOfDay(text, noon));
  t.same([at('13:30').getDate(), at('13:30').getHours(), at('13:30').getMinutes()], [14, 13, 30]);
  t.same([at('07:00').getDate(), at('07:00').getHours()], [15, 7]);
  t.equal(at('12:00').getDate(), 15, 'now is over');
  t.equal(at('7:00').getTime(), at('07:00').getTime());
  for (const text of ['', '7', '24:00', '12:60', 'noon', '07:00:00'])
    t.throws(() => nextTimeOfDay(text, noon), { code: 'option-invalid' });
});
