// `pylon relay` from its flags and signals; relay.ts does the work.
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import type { CliContext } from '../context.ts';
import { type Flags, flagValue } from '../flags.ts';
import { relayCommand } from './relay.ts';

/** Each bit doubles the sender's work: 64 is out of anyone's reach. */
const WORK_BITS_MAX = 64;

function workBitsOf(flags: Flags): number {
  const text = String(flags.minPow ?? '0');
  const bits = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (bits <= WORK_BITS_MAX) return bits;
  throw new PylonError('option-invalid', {
    value: text,
    reason: `--min-pow must be a whole number from 0 to ${WORK_BITS_MAX}`,
  });
}

export async function relay(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const port = (flagValue(flags, '--port', 'port') as number | undefined) ?? 0;
  const host = typeof flags.host === 'string' ? flags.host : '127.0.0.1';
  const options = { port, host, minPow: workBitsOf(flags) };
  const controller = new AbortController();
  const release = context.onInterrupt(() => {
    if (controller.signal.aborted) context.exitNow(EXIT.interrupted);
    controller.abort();
  });
  try {
    const store = typeof flags.store === 'string' ? { store: flags.store } : {};
    await relayCommand(
      { ...options, ...store },
      { stdout: context.stdout, stderr: context.stderr, signal: controller.signal },
    );
  } finally {
    release();
  }
  return EXIT.answer;
}
