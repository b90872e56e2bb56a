// Which Pylon this is: the package's version, and the commit it was built from where there is a checkout.
import { readFile } from 'node:fs/promises';
import { PACKAGE } from './package-folder.ts';

/** As in package.json, which start-up need not read; a test compares the two. */
export const VERSION = '0.1.0';

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(new URL(path, PACKAGE), 'utf8');
  } catch {
    return undefined; // an installed package has no .git: then nothing is known, which is what undefined says
  }
}

/** The commit of the checkout, undefined for an installed package or an unborn branch. */
export async function gitSha(): Promise<string | undefined> {
  const head = (await read('.git/HEAD'))?.trim();
  const branch = head?.startsWith('ref: ') ? head.slice(5) : undefined;
  if (branch === undefined) return head;
  const loose = await read(`.git/${branch}`);
  if (loose !== undefined) return loose.trim();
  const packed = await read('.git/packed-refs');
  return packed
    ?.split('\n')
    .find((line) => line.endsWith(` ${branch}`))
    ?.slice(0, 40);
}
