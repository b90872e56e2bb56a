// Why sub-queries came to nothing, so that a run without an answer can say what to do about it.
import type { ErrorCode, PylonError } from '../../protocol/errors.ts';

export class Faults {
  readonly #byCode = new Map<ErrorCode, { count: number; latest: PylonError }>();

  note(error: PylonError): void {
    const count = (this.#byCode.get(error.code)?.count ?? 0) + 1;
    this.#byCode.set(error.code, { count, latest: error });
  }

  /** The commonest, as it was told last: the local backend is asked last and can say most. */
  usual(): PylonError | undefined {
    let usual: { count: number; latest: PylonError } | undefined;
    for (const fault of this.#byCode.values()) if (usual === undefined || fault.count > usual.count) usual = fault;
    return usual?.latest;
  }
}
