// Where a page of the inspector belongs, and short names of what has long ones.
import { pathOf } from '../app/routes.ts';
import { Foreign } from '../parts/foreign.tsx';

const HASH_CHARS = 12;
const HASH = /^[0-9a-f]{64}/;

/** A hash by its beginning; a name as it is: `default`. */
export function shortName(id: string): string {
  return HASH.test(id) ? id.slice(0, HASH_CHARS) : id;
}

/** `@pylon/rlm/LongContextQa.v1` → `LongContextQa.v1`. */
export function signatureWords(signatureId: string): string {
  return signatureId.split('/').at(-1) ?? signatureId;
}

/** Above the heading of every page but the first. */
export function Above({ signatureId }: { readonly signatureId?: string | undefined }) {
  return (
    <>
      <a href={pathOf('dse')}>Improvement</a>
      {signatureId === undefined ? null : (
        <>
          {' / '}
          <SignatureLink signatureId={signatureId} />
        </>
      )}
    </>
  );
}

export function SignatureLink({ signatureId }: { readonly signatureId: string }) {
  return (
    <a href={pathOf('dse-signature', signatureId)} title={signatureId}>
      <Foreign text={signatureWords(signatureId)} />
    </a>
  );
}

/** The name of an artifact; hashes are cut, and whole on hover. */
export function Artifact({ id }: { readonly id: string }) {
  return (
    <code title={id}>
      <Foreign text={shortName(id)} />
    </code>
  );
}
