// What stands where the runs will be, before there is one: what this is, and a first question to press.
import { useSignal } from '@preact/signals';
import type { Overview } from '../../protocol/overview.ts';
import { navigate } from '../app/router.ts';
import { pathOf } from '../app/routes.ts';
import { Panel } from '../parts/panel.tsx';
import { toastFailure } from '../parts/toast.tsx';
import { startRun } from './start-run.ts';

/** As the README calls it. */
const DEMO_NAME = 'examples/build.log';

export function FirstRun({ demo }: Pick<Overview, 'demo'>) {
  const busy = useSignal(false);
  const start = async ({ query, file }: NonNullable<Overview['demo']>) => {
    busy.value = true;
    try {
      navigate(pathOf('run', await startRun({ query, files: [file], names: { [file]: DEMO_NAME } })));
    } catch (thrown) {
      toastFailure(thrown);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Panel title="Your first run">
      <p>
        Pylon reads what does not fit into a context window. It cuts the input into chunks, asks providers about each,
        checks what comes back, and makes one answer in which every claim points at lines of the input.
      </p>
      {demo === null ? null : (
        <>
          <p>
            The log of a nightly build comes along: 14,527 lines, and one of them is why it failed. The run uses a relay
            and providers inside this daemon and pays in play money.
          </p>
          <div class="actions">
            <button type="button" class="button button-primary" disabled={busy.value} onClick={() => void start(demo)}>
              {busy.value ? 'Asking…' : `Ask “${demo.query}”`}
            </button>
            <span class="soft">
              or in a terminal:{' '}
              <code>
                pylon rlm "{demo.query}" --file {DEMO_NAME}
              </code>
            </span>
          </div>
        </>
      )}
    </Panel>
  );
}
