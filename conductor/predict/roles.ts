// Which model a role means: a signature whose parameters name the smaller one is asked of it, where there is one.
import type { PredictParams } from '../../protocol/predict-params.ts';
import type { Backend } from '../ports.ts';

/** The backend that these parameters ask; its name is the one that the receipt tells. */
export function backendFor(backend: Backend, { role = 'main' }: Pick<PredictParams, 'role'>): Backend {
  return role === 'sub' ? (backend.sub ?? backend) : backend;
}
