// The name of a sub-query: in its run there is only one, because the book takes the same name for the same operation.
import type { RunContext } from '../run/context.ts';

/**
 * A run that is resumed gives names that no earlier process can have given, not even one whose trace was lost.
 * @param label of the query among those of its chunk, as long as one process lives
 */
export function queryIdOf({ request }: Pick<RunContext, 'request'>, chunk: number, label: number | string): string {
  const { resumption } = request;
  return resumption === undefined ? `${chunk}.${label}` : `${chunk}.${label}r${resumption.times}`;
}
