import t from 'tap';
import { REDACTION_RULES, SHARE_RULES } from '../../../ledger/redact/rules.ts';
import { RULES, redactOf, removedBy, USUAL } from '../../../web/share/share-rules.ts';

t.test('every rule of the daemon is offered, and the usual ones are the usual ones', (t) => {
  t.same(RULES.map(([rule]) => rule).sort(), [...REDACTION_RULES].sort());
  t.same([...USUAL].sort(), [...SHARE_RULES].sort());
  t.end();
});

t.test('secrets are taken out whatever is chosen', (t) => {
  t.equal(redactOf(new Set()), 'secrets');
  t.equal(redactOf(new Set(['answer', 'paths'])), 'secrets,paths,answer');
  t.end();
});

t.test('what is taken out is summed up by rule', (t) => {
  const removed = [
    { rule: 'input', what: 'a', count: 2, chars: 30 },
    { rule: 'keys', what: 'b', count: 1, chars: 64 },
    { rule: 'input', what: 'c', count: 1, chars: 5 },
  ];
  const preview = { runs: 1, rules: [], kept: [], removed, chars: 9 };
  t.same(removedBy(preview, 'input'), { count: 3, chars: 35 });
  t.same(removedBy(preview, 'paths'), { count: 0, chars: 0 });
  t.end();
});
