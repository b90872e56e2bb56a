// A process that writes a trace into the store named on its command line, seven events a commit, and prints the
// last seq of each commit once it is acknowledged, until somebody kills it.
import { Book } from '../../ledger/book/book.ts';
import { RunJournal } from '../../ledger/journal.ts';
import { Store } from '../../ledger/store/store.ts';
import { realClock } from '../../node/clock.ts';
import { traceOf } from './traces.ts';

const trace = traceOf({ queries: 20_000, ends: 'never' });
const store = await Store.open(process.argv[2]!);
const journal = new RunJournal(store, realClock(), await Book.open(store, () => 0));
const say = (seq: number) => process.stdout.write(`${seq}\n`);

await journal.commit(trace.slice(0, 1)).then(() => say(0));
for (let begin = 1; begin < trace.length; begin += 7) {
  const commit = trace.slice(begin, begin + 7);
  void journal.commit(commit).then(() => say(commit.at(-1)!.seq));
  if (begin % 21 === 1) await new Promise((resolve) => setImmediate(resolve));
}
