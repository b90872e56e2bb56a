// `pylon provider` and `pylon validator`: sells inference, or judges that of others, from this terminal until Ctrl-C, then finishes
// the jobs in flight.
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { refuseSecondDaemon } from '../../daemon/serve.ts';
import { homeOf, openHome } from '../../home.ts';
import { openIdentity } from '../../identity.ts';
import { loadConfig } from '../../settings/config.ts';
import type { CliContext } from '../context.ts';
import { engineOptions } from '../engine-access.ts';
import { type Flags, providerOptionsOf } from '../flags.ts';
import { Notices } from '../notices.ts';

async function serve(context: CliContext, flags: Flags, role: 'provider' | 'validator'): Promise<number> {
  const home = homeOf(context.environment);
  const options = providerOptionsOf(flags, await loadConfig(home, context.environment));
  if (options.relays.length === 0) {
    throw new PylonError('option-invalid', {
      reason: 'no relay is named to serve on',
      next: 'add --relay ws://127.0.0.1:PORT; `pylon relay` runs one',
    });
  }
  await refuseSecondDaemon(home);
  await openHome(home);
  const { npub } = await openIdentity(home, context.random);
  const notices = new Notices(context.stderr);
  const interrupted = new Promise<void>((resolve) => {
    let signals = 0;
    context.onInterrupt(() => {
      signals++;
      if (signals > 1) context.exitNow(EXIT.interrupted);
      resolve();
    });
  });
  const base = engineOptions(context, home, 'disk', (line) => notices.line(line));
  const engine = await context.openEngine({ ...base, provider: options, isValidator: role === 'validator' });
  try {
    notices.line(`${role} ${options.name} (${npub}) serves on ${options.relays.join(', ')}; Ctrl-C stops it`);
    await interrupted;
    notices.line('stopping: jobs in flight are finished first; Ctrl-C again stops at once');
  } finally {
    await engine.close();
  }
  return EXIT.answer;
}

export function provider(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  return serve(context, flags, 'provider');
}

/** `--price` is that of one judgement, whatever its length. */
export function validator(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const { price, ...rest } = flags;
  return serve(
    context,
    price === undefined ? rest : { priceBaseMsat: price, priceMsatPer1kChars: '0', ...rest },
    'validator',
  );
}
