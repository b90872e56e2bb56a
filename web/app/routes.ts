// Which view an address shows. Pure, so that links and the router agree by test and not by luck.

export type ViewName =
  | 'home'
  | 'runs'
  | 'run'
  | 'compare'
  | 'experiments'
  | 'experiment'
  | 'providers'
  | 'provider'
  | 'ledger'
  | 'dse'
  | 'dse-signature'
  | 'dse-compile'
  | 'dse-canary'
  | 'dse-night'
  | 'dse-promotion'
  | 'dse-examples'
  | 'dse-label'
  | 'dse-receipts'
  | 'dse-receipt'
  | 'unknown';

export interface Place {
  readonly view: ViewName;
  /** The id, name or key of the address; empty where the view has none. */
  readonly subject: string;
}

const BASE = '/rlm';

const VIEWS: readonly (readonly [path: string, view: ViewName, withSubject?: ViewName])[] = [
  ['/runs', 'runs', 'run'],
  ['/compare', 'compare'],
  ['/experiments', 'experiments', 'experiment'],
  ['/providers', 'providers', 'provider'],
  ['/ledger', 'ledger'],
  ['/dse', 'dse'],
  ['/dse/signatures', 'dse', 'dse-signature'],
  ['/dse/compiles', 'dse', 'dse-compile'],
  ['/dse/canaries', 'dse', 'dse-canary'],
  ['/dse/nights', 'dse', 'dse-night'],
  ['/dse/promotions', 'dse', 'dse-promotion'],
  ['/dse/examples', 'dse-examples'],
  ['/dse/label', 'dse-label'],
  ['/dse/receipts', 'dse-receipts', 'dse-receipt'],
];

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined; // a broken escape names nothing
  }
}

/** The place of a path such as `/rlm/runs/01ABC`; what we do not serve is `unknown`. */
export function placeOf(path: string): Place {
  const rest = path.replace(/\/+$/, '');
  if (rest === BASE) return { view: 'home', subject: '' };
  for (const [prefix, view, withSubject] of VIEWS) {
    if (rest === BASE + prefix) return { view, subject: '' };
    const behind = `${BASE}${prefix}/`;
    if (withSubject === undefined || !rest.startsWith(behind)) continue;
    const subject = decoded(rest.slice(behind.length));
    if (subject !== undefined && !rest.slice(behind.length).includes('/')) return { view: withSubject, subject };
  }
  return { view: 'unknown', subject: '' };
}

/** The path of a place; undoes `placeOf`. */
export function pathOf(view: ViewName, subject = ''): string {
  for (const [prefix, plain, withSubject] of VIEWS) {
    if (plain === view) return BASE + prefix;
    if (withSubject === view) return `${BASE}${prefix}/${encodeURIComponent(subject)}`;
  }
  return BASE;
}
