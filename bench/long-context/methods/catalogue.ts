// The methods by name. Three of them are strategies of Pylon; direct and summary compaction are what they are held against.
import { PylonError } from '../../../protocol/errors.ts';
import type { Method } from '../method.ts';
import { DIRECT } from './direct.ts';
import { SUMMARY_COMPACTION } from './summary.ts';
import { throughEngine } from './through-engine.ts';

function strategy(name: string, about: string): Method {
  return { name, about, answer: (staged, tools) => throughEngine(staged, tools, { strategy: name }) };
}

export const METHODS: readonly Method[] = [
  DIRECT,
  SUMMARY_COMPACTION,
  strategy('map_reduce', 'every chunk asked through the swarm, the evidence reduced to an answer'),
  strategy('rlm_lite', 'a controller explores by actions; leaves are asked through the swarm'),
  strategy('distilled', 'a search that finds the lines, and rlm_lite where it does not'),
];

/** @throws PylonError `option-invalid` naming the methods there are */
export function methodOf(name: string): Method {
  const found = METHODS.find((method) => method.name === name);
  if (found !== undefined) return found;
  const reason = `there is no such method; there are ${METHODS.map((method) => method.name).join(', ')}`;
  throw new PylonError('option-invalid', { value: name, reason });
}
