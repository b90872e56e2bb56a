import t from 'tap';
import { NOTHING_TYPED, questionOf, type Typed } from '../../../web/home/ask-fields.ts';

function typed(fields: Partial<Typed>): Typed {
  return { ...NOTHING_TYPED, query: 'Why?', files: '/tmp/build.log', ...fields };
}

t.test('what is typed becomes a question with no more options than were named', async (t) => {
  t.same(questionOf(typed({ query: '  Why? ' })), {
    question: { query: 'Why?', files: ['/tmp/build.log'], options: {} },
  });
  const all = {
    files: '/a\n\n /b ',
    budget: '0.5',
    fanout: ' 8 ',
    experiment: ' nightly ',
    relays: 'wss://one\nwss://two',
  };
  t.same(questionOf(typed(all)), {
    question: {
      query: 'Why?',
      files: ['/a', '/b'],
      options: { budget_sats: 0.5, fanout: 8, experiment: 'nightly', relays: ['wss://one', 'wss://two'] },
    },
  });
});

t.test('what cannot be asked is said at its field', async (t) => {
  t.match(questionOf(NOTHING_TYPED), { faults: { query: /Ask/, files: /file/ } });
  t.match(questionOf(typed({ files: '/a\nb' })), { faults: { files: /^b / } });
  t.match(questionOf(typed({ budget: 'much' })), { faults: { budget: /sats/ } });
  t.match(questionOf(typed({ budget: '-1', fanout: '0' })), { faults: { budget: /sats/, fanout: /whole/ } });
  t.match(questionOf(typed({ fanout: '2.5' })), { faults: { fanout: /whole/ } });
});
