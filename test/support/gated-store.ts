// A store whose writes wait until a test lets them through, or lets them fail.
import { Store } from '../../ledger/store/store.ts';
import { type TemporaryTest, temporaryFolder } from './temporary-folder.ts';

export interface GatedWrite {
  readonly rows: number;
  readonly sync: boolean;
  readonly pass: () => void;
  /** Nothing of it is on disk. */
  readonly fail: (error: Error) => void;
}

export async function gatedStore(test: TemporaryTest): Promise<{ store: Store; writes: GatedWrite[] }> {
  const store = await Store.open(await temporaryFolder(test));
  test.teardown(() => store.close());
  const writes: GatedWrite[] = [];
  const write = store.write.bind(store);
  store.write = async (rows, { sync }) => {
    await new Promise<void>((pass, fail) => writes.push({ rows: rows.length, sync, pass, fail }));
    await write(rows, { sync });
  };
  return { store, writes };
}
