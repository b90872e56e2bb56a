// What improves the predictions of a daemon's engine, over its API. RemoteEngine is one of these, so that a new desk is a line here.
import type { ArtifactDesk, CanaryDesk } from '../../engine/artifact-port.ts';
import type { CompileDesk } from '../../engine/compile-port.ts';
import type { ExampleDesk, Improvement, MiningDesk } from '../../engine/improvement-port.ts';
import type { NightDesk } from '../../engine/night-port.ts';
import type { PromotionDesk } from '../../engine/promotion-port.ts';
import type { ApiAddress } from '../client.ts';
import { remoteArtifacts, remoteCanaries } from '../remote-artifacts.ts';
import { remoteCompiles } from './compiles.ts';
import { remoteExamples } from './examples.ts';
import { remoteMining } from './mining.ts';
import { remoteNights } from './nights.ts';
import { remotePromotions } from './promotions.ts';

export class RemoteImproving implements Improvement {
  readonly examples: ExampleDesk;
  readonly mining: MiningDesk;
  readonly compiles: CompileDesk;
  readonly artifacts: ArtifactDesk;
  readonly canaries: CanaryDesk;
  readonly promotions: PromotionDesk;
  readonly nights: NightDesk;

  constructor(address: ApiAddress) {
    this.examples = remoteExamples(address);
    this.mining = remoteMining(address);
    this.compiles = remoteCompiles(address);
    this.artifacts = remoteArtifacts(address);
    this.canaries = remoteCanaries(address);
    this.promotions = remotePromotions(address);
    this.nights = remoteNights(address);
  }
}
