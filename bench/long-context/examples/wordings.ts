// The same questions of the suites in other words, so that what is learnt from examples is learnt of questions and not of one template.
// Each side of the split has wordings of its own: what is right on `dev`
// is right for words that nothing was learnt from, and what passes on `holdout` for words that no search has seen.
import type { Split } from '../../../protocol/dse/example.ts';
import type { Stream } from '../../../test/simulation/swarm/streams.ts';
import { KIND_NAMES } from '../suites/kinds.ts';

interface Wordings {
  /** Finds the values in the question of the suite. */
  readonly form: RegExp;
  /** `{1}` is the first value of the form. */
  readonly words: Sides;
}

/** Each side of the split has its own. */
type Sides = Readonly<Record<Split, readonly string[]>>;

const K = KIND_NAMES.join(', ');

/** What is said before questions about records. */
const PREAMBLES: Sides = {
  train: [
    `Each line is a record: date | user | question. The kinds of question are ${K}.`,
    `Every line holds a date, a user and what that user asked. By what it asks for it is of one kind: ${K}.`,
    `Kinds of question: ${K}.`,
  ],
  dev: [
    `Lines of a visitors' book, with a day, a name and a question, which is of one of the kinds ${K}.`,
    `Read the records. A question is one of these: ${K}.`,
  ],
  holdout: [
    `The text lists who asked what and when. Sort what was asked into ${K}.`,
    `You see one question in each line. It wants to know one of these: ${K}.`,
  ],
};

const RECORDS: readonly Wordings[] = [
  {
    form: /How many records are of the kind (\w+)\?/,
    words: {
      train: [
        'How many records are of the kind {1}? Answer with the number alone.',
        'Count the records of the kind {1}.',
        'What is the number of {1} questions?',
      ],
      dev: ['How often does somebody ask a {1} question?', 'Tell me how many {1} questions the file has.'],
      holdout: ['In how many lines is a {1} question asked?', 'Give the total of records whose kind is {1}.'],
    },
  },
  {
    form: /Which kind is the most common one\?/,
    words: {
      train: [
        'Which kind is the most common one? Answer with its name alone.',
        'What kind of question occurs most often?',
      ],
      dev: ['Name the most frequent kind.', 'What do people ask for most?'],
      holdout: ['Of which kind are there more records than of any other?', 'Which kind leads the count?'],
    },
  },
  {
    form: /How many records of (user-\d+) are of the kind (\w+)\?/,
    words: {
      train: [
        'How many records of {1} are of the kind {2}? Answer with the number alone.',
        'Count the {2} questions that {1} asked.',
      ],
      dev: ['How often did {1} ask a {2} question?', 'Tell me the number of {2} questions of {1}.'],
      holdout: ['Of all that {1} asked, how many are {2} questions?', 'Give the number of {2} records by {1}.'],
    },
  },
  {
    form: /How many records of the kind (\w+) are dated from (\S+) to (\S+), both/,
    words: {
      train: [
        'How many records of the kind {1} are dated from {2} to {3}, both days included? Answer with the number alone.',
        'Count the {1} questions between {2} and {3}, both days included.',
      ],
      dev: ['How many {1} questions were asked from {2} to {3}?', 'From {2} until {3}, how often was {1} asked for?'],
      holdout: [
        'Between {2} and {3} (both count), how many records are {1} ones?',
        'Give the number of {1} records in the days {2} to {3}.',
      ],
    },
  },
  {
    form: /Which pairs of users have both asked at least one (\w+) question and at least one (\w+) question\?/,
    words: {
      train: [
        'Which pairs of users have both asked at least one {1} question and at least one {2} question? Answer with one pair a line, like user-01, user-02; or none.',
      ],
      dev: ['List all pairs of users of whom each has asked a {1} and a {2} question, one pair a line.'],
      holdout: ['Pair up the users who each asked {1} as well as {2}. Print every pair on a line of its own.'],
    },
  },
  {
    form: /Of which kind is each record\?/,
    words: {
      train: [
        'Of which kind is each record? Answer with one record a line: the number behind "no." and the kind, like 12: place.',
      ],
      dev: ['Label all records: the number behind "no." and the kind, one a line, like 12: place.'],
      holdout: ['Go through the whole list and write for each "no." its kind, as in 12: place, line by line.'],
    },
  },
  {
    form: /How many records in all files together, each copy counted, are of the kind (\w+)\?/,
    words: {
      train: [
        'How many records in all files together, each copy counted, are of the kind {1}? Answer with the number alone.',
      ],
      dev: ['Count the {1} questions over all files; what stands in several files counts each time.'],
      holdout: ['Add up the {1} records of every file, copies too. What is the sum?'],
    },
  },
];

const OTHERS: readonly Wordings[] = [
  {
    form: /What is the access code of the (\w+) lighthouse\?/,
    words: {
      train: [
        'What is the access code of the {1} lighthouse? Answer with the code alone.',
        'Which access code opens the {1} lighthouse?',
        'Find the access code of the {1} lighthouse in this chronicle.',
      ],
      dev: [
        'I have forgotten the access code for the {1} lighthouse. What does the chronicle say?',
        'The code of the {1} lighthouse, please.',
      ],
      holdout: [
        'Under which access code may one enter the {1} lighthouse?',
        'The {1} lighthouse asks for an access code. Which one is right?',
      ],
    },
  },
  {
    form: /Which password admits visitors to (.+)\? Give/,
    words: {
      train: [
        'Which password admits visitors to {1}? Give just those signs.',
        'What must visitors say to be admitted to {1}?',
        'Tell me the password by which visitors come into {1}.',
      ],
      dev: ['How do guests get into {1}: which password is asked of them?', 'What opens {1} to a visitor who says it?'],
      holdout: ['Which password would let a visitor into {1}?', 'A visitor stands before {1}. What has to be said?'],
    },
  },
  {
    form: /万寿菊灯塔的通行密码是什么？/,
    words: {
      train: ['万寿菊灯塔的通行密码是什么？ Answer with the code alone.'],
      dev: ['请告诉我万寿菊灯塔的通行密码。'],
      holdout: ['打开万寿菊灯塔的通行密码是哪个？'],
    },
  },
];

function filled(template: string, values: readonly string[]): string {
  return template.replace(/\{(\d)\}/g, (_, place: string) => values[Number(place) - 1] ?? '');
}

/** @param question as its suite asks it; one that has no other wordings stays as it is */
export function reworded(stream: Stream, question: string, split: Split): string {
  const ofRecords = RECORDS.find(({ form }) => form.test(question));
  const wordings = ofRecords ?? OTHERS.find(({ form }) => form.test(question));
  if (wordings === undefined) return question;
  const values = wordings.form.exec(question)!.slice(1);
  const words = filled(stream.pick(wordings.words[split]), values);
  return ofRecords === undefined ? words : `${stream.pick(PREAMBLES[split])} ${words}`;
}
