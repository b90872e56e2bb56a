// Where what a night names is shown. Pure.
import type { NightId, NightProbe } from '../../../protocol/dse/overnight.ts';
import { pathOf } from '../../app/routes.ts';

/** Undefined for what has no page of its own: an artifact. */
export function linkOf({ kind, id }: NightId, signatureId: string): string | undefined {
  switch (kind) {
    case 'run':
      return pathOf('run', id);
    case 'receipt':
      return pathOf('dse-receipt', id);
    case 'example':
      return `${pathOf('dse-examples')}?${new URLSearchParams({ signature: signatureId, example: id })}`;
    case 'report':
      return pathOf('dse-compile', id);
    case 'promotion':
      return pathOf('dse-promotion', id);
    case 'canary':
      return pathOf('dse-canary', id);
    case 'artifact':
      return undefined;
  }
}

/** Of the probes that came to something; undefined where none did. */
export function meanScore(probes: readonly NightProbe[]): number | undefined {
  const scores = probes.flatMap(({ score }) => (score === null ? [] : [score]));
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
