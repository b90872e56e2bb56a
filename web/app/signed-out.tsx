// What a browser without a session sees: how to get one.

import { CopyButton } from '../parts/copy-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Words } from '../parts/words.tsx';
import { refusal } from './enter.ts';

const COMMAND = 'pylon dashboard';

export function SignedOut() {
  const reason = refusal.value;
  return (
    <div class="signed-out">
      <PageHead title="Signed out">The daemon of this machine answers, but does not know this browser.</PageHead>
      {reason === undefined ? null : (
        <p role="alert">
          <Words text={`${reason.message}. ${reason.next}`} />
        </p>
      )}
      <p>Run this in a terminal. It opens a link that lets one browser in, once:</p>
      <p class="command">
        <code>{COMMAND}</code>
        <CopyButton text={COMMAND} what="command" />
      </p>
      <p class="soft">This page goes on by itself when the link was opened in this browser.</p>
    </div>
  );
}
