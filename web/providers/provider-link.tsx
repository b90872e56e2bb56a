// A provider by name and key. The name is its own claim; the key is who it is.

import { pathOf } from '../app/routes.ts';
import { Foreign } from '../parts/foreign.tsx';

/** `ab12cd34…` of a long key; a short one whole. */
export function shortKey(key: string): string {
  return key.length > 16 ? `${key.slice(0, 8)}…` : key;
}

export interface ProviderLinkProps {
  readonly provider: string;
  readonly name?: string | null;
}

export function ProviderLink({ provider, name = null }: ProviderLinkProps) {
  return (
    <span class="provider-link">
      <a href={pathOf('provider', provider)} title={provider}>
        {name === null || name === '' ? <code>{shortKey(provider)}</code> : <Foreign text={name} />}
      </a>
      {name === null || name === '' ? null : <code class="soft">{shortKey(provider)}</code>}
    </span>
  );
}
