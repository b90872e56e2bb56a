// Where the daemon has what the inspector shows.

const part = encodeURIComponent;

/** @param signatureId only what is of it, with the history of its pointer */
export function overviewPath(signatureId?: string): string {
  return `/api/dse/overview${signatureId === undefined ? '' : `?signature=${part(signatureId)}`}`;
}

export function compilePath(reportId: string): string {
  return `/api/dse/compiles/${part(reportId)}`;
}

export function canaryPath(canaryId: string): string {
  return `/api/dse/canary/${part(canaryId)}`;
}

export function promotionPath(promotionId: string): string {
  return `/api/dse/promotions/${part(promotionId)}`;
}

export function nightPath(nightId: string): string {
  return `/api/dse/nights/${part(nightId)}`;
}

export function examplePath(signatureId: string, exampleId: string): string {
  return `/api/dse/examples/${part(signatureId)}/${part(exampleId)}`;
}
