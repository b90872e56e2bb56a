// The rows of the catalogue that are about runs that go to another daemon, or come from one.
import { type CatalogueRow, EXIT, row } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const SYNC_ERRORS = {
  'sync-unreachable': row(
    EXIT.failed,
    'the daemon to sync with does not answer',
    'check the address and the network, then sync again: it goes on where it was cut off',
  ),
  'sync-refused': row(EXIT.failed, 'the daemon to sync with refused', 'read its reason'),
  'sync-full': row(
    EXIT.failed,
    'there is no room for more of these runs',
    'delete synced runs there, or ask whoever runs that daemon to raise sync.quota_mb',
  ),
  'sync-too-fast': row(EXIT.failed, 'more requests of this key than are taken', 'sync again in two minutes'),
  'signature-refused': row(
    EXIT.failed,
    'the request is not signed as it must be (NIP-98)',
    'compare the clocks of both machines, and --to with the sync.url of that daemon',
  ),
  'key-refused': row(
    EXIT.failed,
    'this key is not let in',
    'ask whoever runs that daemon to add your npub (`pylon init` prints it) to sync.allow',
  ),
} as const satisfies Record<string, CatalogueRow>;
