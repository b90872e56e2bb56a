// The books that engines of this process open, by the folder of their store: an engine shows nobody its book, and a
// simulation wants to know when nothing is on its way any more.
import { Book } from '../../ledger/book/book.ts';

const books = new Map<string, Book>();

/** From now on every book that is opened is known here. */
export function captureBooks(): void {
  const open = Book.open;
  Book.open = async (store, now) => {
    const book = await open.call(Book, store, now);
    books.set(store.folder, book);
    return book;
  };
}

/** @param storeFolder of an engine that this process has opened */
export function capturedBook(storeFolder: string): Book {
  const book = books.get(storeFolder);
  if (book === undefined) throw new Error(`no book was opened in ${storeFolder}`);
  return book;
}
