// The checks of `pylon doctor` that leave this process: relays, and model endpoints.
import type { Clock } from '../../conductor/ports.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { loadConfig } from '../settings/config.ts';
import { type Finding, finding, type Scene } from './finding.ts';

const RELAY_MS_MAX = 3_000;
/** Relays refuse events from further ahead (limits.ts, FUTURE_SECONDS_MAX is 900); warn well before. */
const CLOCK_SKEW_MS_MAX = 120_000;

interface RelaySighting {
  readonly words: string;
  /** Our clock minus the relay's, where it said its own. */
  readonly skewMs?: number;
}

/** Asks a relay for its NIP-11 document: it shows that it lives, and its Date header what time it has. */
async function lookAt(url: string, clock: Clock): Promise<RelaySighting> {
  const controller = new AbortController();
  const cancel = clock.after(RELAY_MS_MAX, () => controller.abort());
  try {
    const response = await fetch(url.replace(/^ws/, 'http'), {
      headers: { accept: 'application/nostr+json' },
      signal: controller.signal,
    });
    await response.body?.cancel();
    const said = Date.parse(response.headers.get('date') ?? '');
    const skew = Number.isNaN(said) ? {} : { skewMs: clock.now() - said };
    return { words: `answers with HTTP ${response.status}`, ...skew };
  } finally {
    cancel();
  }
}

async function checkRelay(url: string, clock: Clock): Promise<Finding> {
  try {
    const { words, skewMs = 0 } = await lookAt(url, clock);
    if (Math.abs(skewMs) <= CLOCK_SKEW_MS_MAX) return finding('ok', 'relay', `${url} ${words}`);
    const seconds = Math.round(Math.abs(skewMs) / 1_000);
    return finding(
      'warn',
      'relay',
      `${url}: its clock and ours are ${seconds} s apart`,
      'set the clock of this machine',
    );
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    return finding(
      'fail',
      'relay',
      `${url} does not answer (${toPylonError(cause).reason})`,
      'check the address and the network',
    );
  }
}

export async function checkRelays({ home, environment, clock }: Scene): Promise<Finding[]> {
  let relays: readonly string[];
  try {
    relays = ((await loadConfig(home, environment)).get('relays')?.value ?? []) as readonly string[];
  } catch {
    return []; // the configuration has a finding of its own
  }
  if (relays.length === 0) return [finding('ok', 'relay', 'none configured; runs use the embedded one')];
  return Promise.all(relays.map((url) => checkRelay(url, clock)));
}

/** Where a language model answers; the embedded engine needs none. */
export async function checkModels({ environment, clock }: Scene): Promise<Finding[]> {
  const { detectModel, LOCAL_ENDPOINTS } = await import('../backends/detect.ts');
  const { found } = await detectModel({ endpoints: LOCAL_ENDPOINTS, clock });
  const named = environment.OPENAI_BASE_URL;
  const findings: Finding[] = [];
  if (named !== undefined && named !== '') {
    const endpoint = { label: 'OPENAI_BASE_URL', baseUrl: named, apiKey: environment.OPENAI_API_KEY, local: true };
    const remote = await detectModel({ endpoints: [endpoint], clock, ceilingMs: RELAY_MS_MAX });
    findings.push(
      remote.found === undefined
        ? finding('warn', 'model', `${named} offers no model`, 'start it, or unset OPENAI_BASE_URL')
        : finding('ok', 'model', `${remote.found.model} at ${named}`),
    );
  }
  if (found !== undefined)
    findings.push(finding('ok', 'model', `${found.model} at ${found.endpoint.label} (${found.endpoint.baseUrl})`));
  if (findings.length > 0) return findings;
  return [
    finding('ok', 'model', 'none found; the embedded engine answers (start Ollama or set OPENAI_BASE_URL for a model)'),
  ];
}
