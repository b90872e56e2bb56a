// One example of the list, in full.
import type { DseExample } from '../../../protocol/dse/example.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Loaded } from '../../parts/states.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { examplePath } from '../paths.ts';
import { ExampleParts } from './example-parts.tsx';

export interface ExampleDialogProps {
  readonly signatureId: string;
  readonly exampleId: string;
  readonly onClose: () => void;
}

export function ExampleDialog({ signatureId, exampleId, onClose }: ExampleDialogProps) {
  const told = useResource<DseExample>(examplePath(signatureId, exampleId));
  return (
    <Dialog open title="Example" onClose={onClose}>
      <Loaded from={told}>{(example) => <ExampleParts example={example} />}</Loaded>
    </Dialog>
  );
}
