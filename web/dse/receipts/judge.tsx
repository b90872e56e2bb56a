// A person's word on the output of a prediction that a canary counts: bad outputs are held against its arm like errors.
import { useState } from 'preact/hooks';
import type { PredictReceipt } from '../../../protocol/receipt.ts';
import { call } from '../../api/client.ts';
import { pathOf } from '../../app/routes.ts';
import { Panel } from '../../parts/panel.tsx';
import { toast, toastFailure } from '../../parts/toast.tsx';

export function JudgeOutput({ receipt }: { readonly receipt: PredictReceipt }) {
  const { canary, receiptId } = receipt;
  const [isBusy, setBusy] = useState(false);
  if (canary === undefined) return null;
  const say = async (bad: boolean) => {
    setBusy(true);
    try {
      await call('/api/dse/canary/judge', { method: 'POST', body: { receiptId, bad } });
      toast(`Counted as ${bad ? 'bad' : 'good'}`);
    } catch (thrown) {
      toastFailure(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Is its output good?">
      <p class="soft">
        It is counted as {canary.arm === 'canary' ? 'one' : 'the control'} of{' '}
        <a href={pathOf('dse-canary', canary.canaryId)}>a canary</a>; said again it is not counted again.
      </p>
      <p class="actions">
        <button type="button" class="button" disabled={isBusy} onClick={() => void say(false)}>
          Good
        </button>
        <button type="button" class="button" disabled={isBusy} onClick={() => void say(true)}>
          Bad
        </button>
      </p>
    </Panel>
  );
}
