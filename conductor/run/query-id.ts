// The name of a sub-query: in its run there is only one, because the book takes the same name for the same operation.

/**
 * @param attempt from 0 for each chunk
 * @param times how often the run was resumed: whatever a dead process had asked, even if its trace lost it, had another name
 */
export function queryIdOf(chunk: number, attempt: number, times = 0): string {
  return times === 0 ? `${chunk}.${attempt}` : `${chunk}.${attempt}r${times}`;
}
