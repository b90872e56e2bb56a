// Where a run may read when somebody else than the user says what: folders, links followed. A model that calls a tool must not get at
// the rest of the disk, and never at the keys of this home.
import { realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { PylonError } from '../../protocol/errors.ts';

function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** A folder that is not there holds nothing. */
async function real(folder: string): Promise<string | undefined> {
  return realpath(folder).catch(() => undefined);
}

export class Within {
  readonly #allowed: readonly string[];
  readonly #denied: readonly string[];

  private constructor(allowed: readonly string[], denied: readonly string[]) {
    this.#allowed = allowed;
    this.#denied = denied;
  }

  /** @param allowed absolute folders; @param denied folders in them that are not, unless a folder in those is allowed again */
  static async of(allowed: readonly string[], denied: readonly string[]): Promise<Within> {
    const places = async (folders: readonly string[]) =>
      (await Promise.all(folders.map(real))).filter((folder) => folder !== undefined);
    return new Within(await places(allowed), await places(denied));
  }

  /**
   * True for a path in an allowed folder when all links are followed: the innermost folder decides. Of one that is not there, or of a
   * glob, the nearest folder that is there: whether something is outside must not be told by the refusal.
   */
  async has(path: string): Promise<boolean> {
    let place = await real(path);
    for (let above = path; place === undefined && dirname(above) !== above; ) {
      above = dirname(above);
      place = await real(above);
    }
    if (place === undefined) return false;
    const there = place;
    const depth = (folders: readonly string[]) =>
      Math.max(-1, ...folders.filter((folder) => holds(folder, there)).map((folder) => folder.length));
    return depth(this.#allowed) > depth(this.#denied);
  }

  /** @param path absolute; @param name as it was asked for. @throws PylonError `input-outside` */
  async check(path: string, name: string): Promise<void> {
    if (!(await this.has(path))) throw new PylonError('input-outside', { value: name });
  }
}
