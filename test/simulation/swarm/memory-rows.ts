// A store in memory for what the ledger keeps about providers: rows as it encodes them, all of them, whatever it forgets itself.
import type { StoredStandings } from '../../../ledger/reputation.ts';
import type { Row } from '../../../ledger/store/store.ts';
import { decodeValue } from '../../../ledger/store/values.ts';

export class MemoryRows implements StoredStandings {
  readonly #rows = new Map<string, Uint8Array>();

  valueNow(key: string): unknown {
    const bytes = this.#rows.get(key);
    return bytes === undefined ? undefined : decodeValue(bytes, key);
  }

  write(rows: readonly Row[]): void {
    for (const row of rows) {
      if (row.type === 'put') this.#rows.set(row.key, row.value);
      else this.#rows.delete(row.key);
    }
  }
}
