// What improves the predictions of a daemon's engine, over its API. RemoteEngine is one of these, so that a new desk is a line here.
import type { ArtifactDesk, CanaryDesk } from '../../engine/artifact-port.ts';
import type { CompileDesk } from '../../engine/compile-port.ts';
import type { ExampleDesk, Improvement, MiningDesk } from '../../engine/improvement-port.ts';
import type { ApiAddress } from '../client.ts';
import { remoteArtifacts, remoteCanaries } from '../remote-artifacts.ts';
import { remoteCompiles } from './compiles.ts';
import { remoteExamples } from './examples.ts';
import { remoteMining } from './mining.ts';

export class RemoteImproving implements Improvement {
  readonly examples: ExampleDesk;
  readonly compiles: CompileDesk;
  readonly mining: MiningDesk;
  readonly artifacts: ArtifactDesk;
  readonly canaries: CanaryDesk;

  constructor(address: ApiAddress) {
    this.examples = remoteExamples(address);
    this.compiles = remoteCompiles(address);
    this.mining = remoteMining(address);
    this.artifacts = remoteArtifacts(address);
    this.canaries = remoteCanaries(address);
  }
}
