// What kind of answers a provider gives. The engine ranks and copies, a model reads: they answer so differently that neither can say
// that the other lies, so only answers of one kind are held against each other.
import type { Offer } from '../../protocol/handler.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';

export type AnswerKind = 'engine' | 'model';

/** Of an answer, by the model that is said to have given it. */
export function kindOf(model: string): AnswerKind {
  return model === ENGINE_NAME ? 'engine' : 'model';
}

/** Of all that a provider offers; undefined where it may be either. */
export function kindOffered({ models }: Pick<Offer, 'models'>): AnswerKind | undefined {
  const kinds = new Set(models.map(kindOf));
  const [kind] = kinds;
  return kinds.size === 1 ? kind : undefined;
}

/** The embedded engine calls no model: of a job that was withdrawn there is nothing to hear afterwards. */
export function asksModel({ models }: Pick<Offer, 'models'>): boolean {
  return models.some((model) => kindOf(model) === 'model');
}
