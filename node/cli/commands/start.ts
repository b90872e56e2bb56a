// `pylon start`: the daemon, detached or in the foreground.
import { EXIT, PylonError, toPylonError } from '../../../protocol/errors.ts';
import { type ChildMessage, launchDaemon } from '../../daemon/launch.ts';
import { refuseSecondDaemon, serveDaemon } from '../../daemon/serve.ts';
import type { MoneyOptions } from '../../engine/port.ts';
import { homeOf, homePaths, openHome } from '../../home.ts';
import { type HudSettings, hudChoiceOf, hudListenOf } from '../../hud/settings.ts';
import { loadConfig } from '../../settings/config.ts';
import { withSchema } from '../../settings/schema-option.ts';
import type { SyncSettings } from '../../sync/door.ts';
import type { CliContext } from '../context.ts';
import { engineOptions, moneyOptionsOf } from '../engine-access.ts';
import { type Flags, flagValue, providerOptionsOf, runOptionsOf } from '../flags.ts';
import { printableLine } from '../printable.ts';
import { syncSettingsOf } from '../sync-settings.ts';

interface Settings {
  readonly home: string;
  readonly port: number;
  readonly provider: ReturnType<typeof providerOptionsOf> | undefined;
  readonly money: MoneyOptions;
  readonly resumesDead: boolean;
  readonly sync: SyncSettings;
  readonly hud: HudSettings;
}

/** Everything is checked before a process is started, so that mistakes are told here and not in a log. */
async function settingsOf(context: CliContext, flags: Flags): Promise<Settings> {
  const home = homeOf(context.environment);
  const config = await loadConfig(home, context.environment);
  const port = (flagValue(flags, '--port', 'port') ?? config.get('port')?.value) as number;
  const provider = providerOptionsOf(flags, config);
  const money = moneyOptionsOf(config);
  const hubRelays = flags.hub !== true ? [] : provider.relays.length > 0 ? provider.relays : money.hubRelays;
  if (flags.hub === true && hubRelays.length === 0)
    throw new PylonError('option-invalid', {
      value: '--hub',
      reason: 'the hub is served on a relay that others can reach, and none is named',
      next: 'add --relay <url>, or set hub.relays',
    });
  const resumesDead = config.get('resume.automatic')?.value === true;
  const sold = flags.provider === true ? provider : undefined;
  return {
    home,
    port,
    provider: sold,
    money: { ...money, hubRelays },
    resumesDead,
    sync: syncSettingsOf(flags, config),
    hud: {
      listen: hudListenOf(config),
      choice: async () => hudChoiceOf(await loadConfig(home, context.environment)),
    },
  };
}

async function serve(
  context: CliContext,
  { home, port, provider, money, resumesDead, sync, hud }: Settings,
): Promise<number> {
  const { clock, random, openEngine } = context;
  const log = (line: string) =>
    void context.stderr.write(`${new Date(clock.now()).toISOString()} ${printableLine(line)}\n`);
  const controller = new AbortController();
  const release = context.onInterrupt(() => {
    if (controller.signal.aborted) context.exitNow(EXIT.interrupted);
    controller.abort();
  });
  const options = { ...engineOptions(context, home, 'disk', log, money), takesUpPayouts: true };
  const tell = (message: ChildMessage) => context.parent?.(message);
  try {
    await serveDaemon({
      home,
      port,
      clock,
      random,
      openEngine,
      engineOptions: provider === undefined ? options : { ...options, provider },
      resumesDead,
      runOptions: async () => {
        const configured = runOptionsOf({}, await loadConfig(home, context.environment));
        return withSchema({ ...configured, log: true }, home);
      },
      sync,
      hud,
      log,
      onReady: (record) => tell({ ready: { pid: record.pid, port: record.port } }),
      signal: controller.signal,
    });
  } catch (thrown) {
    const { code, reason, next, value } = toPylonError(thrown);
    tell({ failed: { code, reason, next, ...(value === undefined ? {} : { value }) } });
    throw thrown;
  } finally {
    release();
  }
  return EXIT.answer;
}

/**
 * Starts the daemon of this home as a process of its own.
 * @param argv arguments of `pylon` that say how. @returns its port. @throws PylonError `daemon-*` | `port-in-use` and the like
 */
async function launchWith(context: CliContext, { home }: Settings, argv: readonly string[]): Promise<number> {
  await openHome(home);
  await refuseSecondDaemon(home);
  const command = [...context.selfCommand, ...argv, '--foreground'];
  const environment = { ...context.environment, PYLON_HOME: home };
  const { pid, port } = await launchDaemon({ home, command, environment, clock: context.clock });
  context.stderr.write(
    `pylon runs: pid ${pid}, log ${homePaths.log(home)}; look at it with \`pylon dashboard\`, stop it with \`pylon stop\`\n`,
  );
  return port;
}

/** The same for who needs a daemon and found none. @param flags of that command, those of `start` among them */
export async function launch(context: CliContext, argv: readonly string[], flags: Flags): Promise<number> {
  return launchWith(context, await settingsOf(context, flags), argv);
}

export async function start(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const settings = await settingsOf(context, flags);
  if (flags.foreground === true) {
    await openHome(settings.home);
    return serve(context, settings);
  }
  const port = await launchWith(context, settings, context.argv);
  context.stdout.write(`http://127.0.0.1:${port}\n`);
  return EXIT.answer;
}
