// The parts of an example, raw: what is given, what is right, where it comes from.
import type { DseExample } from '../../../protocol/dse/example.ts';
import { pathOf } from '../../app/routes.ts';
import { Foreign } from '../../parts/foreign.tsx';
import { Facts } from '../../parts/panel.tsx';
import { Raw, RawFold } from '../../parts/raw.tsx';
import { SignatureLink } from '../crumbs.tsx';
import { Said } from '../said.tsx';
import { REVIEW_SAID } from '../tones.ts';
import { sourceReceipt } from './glance.ts';

/** Shown at first of an input, which may be a megabyte. */
const SHOWN_CHARS = 4_000;

export function ExampleParts({ example }: { readonly example: DseExample }) {
  const { signatureId, exampleId, split, review, tags, inputJson, expectedJson, meta } = example;
  const receiptId = sourceReceipt(example);
  return (
    <>
      <Facts
        facts={[
          ['example', <Foreign key="id" text={exampleId} />],
          ['signature', <SignatureLink key="signature" signatureId={signatureId} />],
          ['split', split],
          ['review', <Said key="review" said={REVIEW_SAID[review]} />],
          ['tags', <Foreign key="tags" text={tags.join(', ') || 'none'} />],
          ...(receiptId === undefined
            ? []
            : ([
                [
                  'mined from',
                  <a key="receipt" href={pathOf('dse-receipt', receiptId)}>
                    <Foreign text={receiptId} />
                  </a>,
                ],
              ] as const)),
        ]}
      />
      <Raw text={JSON.stringify(inputJson)} what="input" charsMax={SHOWN_CHARS}>
        What is given
      </Raw>
      <Raw text={JSON.stringify(expectedJson)} what="expected output" charsMax={SHOWN_CHARS}>
        What is right
      </Raw>
      <RawFold value={meta} what="origin" />
    </>
  );
}
