// Which signature is looked at: all of them, or one.
import { useResource } from '../parts/use-resource.ts';
import { Choice } from './choice.tsx';
import { signatureWords } from './crumbs.tsx';

interface Known {
  readonly signatures: readonly { readonly signatureId: string }[];
}

export interface SignatureChoiceProps {
  /** Empty for all. */
  readonly value: string;
  readonly onChoose: (signatureId: string) => void;
}

export function SignatureChoice({ value, onChoose }: SignatureChoiceProps) {
  const known = useResource<Known>('/api/dse/signatures').data.value?.signatures ?? [];
  const ids = known.map(({ signatureId }) => signatureId);
  const values = value === '' || ids.includes(value) ? ids : [value, ...ids];
  return (
    <Choice
      label="Signature"
      all="all signatures"
      value={value}
      values={values}
      words={signatureWords}
      onChoose={onChoose}
    />
  );
}
