// What a view is asked for stands in its address, so that a link shows the same.
import { address, navigate } from '../app/router.ts';

/** The parameters of the address by name; empty where they are not there. */
export function asked<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, string>> {
  const { searchParams } = address.value;
  return Object.fromEntries(names.map((name) => [name, searchParams.get(name) ?? ''])) as Record<Name, string>;
}

/** Sets parameters of the address; what is empty goes. @param replace leaves no step to come back to */
export function ask(params: Readonly<Record<string, string>>, replace = false): void {
  const to = new URL(address.peek());
  for (const [name, value] of Object.entries(params))
    if (value === '') to.searchParams.delete(name);
    else to.searchParams.set(name, value);
  navigate(to.href, { replace });
}

/** `?a=b`, without what is empty. */
export function queryOf(params: Readonly<Record<string, string>>): string {
  const filled = Object.entries(params).filter(([, value]) => value !== '');
  return filled.length === 0 ? '' : `?${new URLSearchParams(filled)}`;
}
