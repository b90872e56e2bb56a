// Who may sync runs to this daemon and where it takes them, from flags and configuration.
import { parsePublicKey } from '../../protocol/public-key.ts';
import type { Config } from '../settings/config.ts';
import { parseListen } from '../sync/address.ts';
import type { SyncSettings } from '../sync/door.ts';
import { type Flags, flagValue } from './flags.ts';

/** @throws PylonError naming the flag */
export function syncSettingsOf(flags: Flags, config: Config): SyncSettings {
  const allow = (flagValue(flags, '--sync-allow', 'sync_allow') ??
    config.get('sync.allow')?.value) as readonly string[];
  const listen = (flagValue(flags, '--sync-listen', 'sync_listen') ?? config.get('sync.listen')?.value) as string;
  const url = (flagValue(flags, '--sync-url', 'sync_url') ?? config.get('sync.url')?.value) as string | undefined;
  const quotaMb = config.get('sync.quota_mb')?.value as number;
  return {
    allow: allow.map(parsePublicKey),
    listen: parseListen(listen),
    quotaMb,
    ...(url === undefined ? {} : { url }),
  };
}
