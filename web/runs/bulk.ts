// One action on many runs: a few at a time, all of them tried, and told what became of each. Pure but for the action.

/** Requests under way: the daemon has better things to do than to be hurried. */
const AT_ONCE = 4;

export interface Outcome {
  readonly done: readonly string[];
  readonly failed: readonly { readonly id: string; readonly thrown: unknown }[];
}

/** Never rejects. */
export async function doAll(ids: readonly string[], action: (id: string) => Promise<unknown>): Promise<Outcome> {
  const done: string[] = [];
  const failed: { id: string; thrown: unknown }[] = [];
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await action(id);
        done.push(id);
      } catch (thrown) {
        failed.push({ id, thrown });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done, failed };
}
