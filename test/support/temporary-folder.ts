// A folder of its own for one test, gone when the test is over.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a helper needs of a test: a way to undo what it made. */
export interface TemporaryTest {
  teardown(undo: () => Promise<void>): void;
}

export async function temporaryFolder(test: TemporaryTest): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pylon-test-'));
  test.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
