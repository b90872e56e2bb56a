// What may be asked of a run and of a provider, as one schema each with its defaults. The CLI's
// flags, config.toml and the body of POST /api/runs all end here.
import { z } from 'zod';
import { defaults, fields } from './fields.ts';

/** Options of one run; every field has its default, so `{}` is a complete set. Unknown keys are refused. */
export const runOptionsSchema = z.strictObject({
  /** Sub-queries in flight. */
  fanout: fields.fanout.default(defaults.fanout),
  /** Most sats the run may owe; what would pass it is not asked. */
  budget_sats: fields.budget_sats.default(defaults.budget_sats),
  /** Relays to ask on; none means the embedded one. */
  relays: fields.relays.default([]),
  /** Bytes of one chunk; chosen by the conductor when absent. */
  chunk_size: fields.chunk_size.optional(),
  /** Time for one sub-query. */
  timeout_s: fields.timeout_s.default(defaults.timeout_s),
  /** Time for the whole run; without it there is none. */
  deadline_s: fields.deadline_s.optional(),
  /** How the answer is found; `auto` chooses by what is asked of whom (conductor/predict/routing.ts). */
  strategy: fields.strategy.default(defaults.strategy),
  /** How deep explorations may start explorations. */
  max_depth: fields.max_depth.default(defaults.max_depth),
  /** Limits of the run's prediction, in the place of its strategy's own (conductor/strategies/limits.ts). */
  max_iterations: fields.max_iterations.optional(),
  max_lm_calls: fields.max_lm_calls.optional(),
  max_sub_calls: fields.max_sub_calls.optional(),
  max_tool_calls: fields.max_tool_calls.optional(),
  max_output_chars: fields.max_output_chars.optional(),
  /** Tokens that the model's window is taken to have. */
  window_tokens: fields.window_tokens.default(defaults.window_tokens),
  quorum: fields.quorum.default(defaults.quorum),
  verify: fields.verify.default(defaults.verify),
  /** The JSON Schema, as text, that `objective:<file>` names: whoever asks reads the file. */
  verify_schema: fields.verify_schema.optional(),
  backend: fields.backend.default(defaults.backend),
  model: fields.model.optional(),
  /** The smaller model of the same endpoint, for signatures whose parameters name that role; `model` when absent. */
  sub_model: fields.sub_model.optional(),
  /** No relay at all: the local backend answers every chunk. */
  local_only: fields.local_only.default(defaults.local_only),
  /** Allows unencrypted open jobs. */
  public: fields.public.default(defaults.public),
  /** Each price waits in a hold invoice until the answer was verified, and comes back otherwise. */
  escrow: fields.escrow.default(defaults.escrow),
  experiment: fields.experiment.optional(),
  dataset: fields.dataset.optional(),
  /** Embedded provider nodes. */
  providers: fields.providers.default(defaults.providers),
  /** False keeps nothing of the run. */
  log: fields.log.default(defaults.log),
});

export type RunOptions = z.infer<typeof runOptionsSchema>;

/** How this process sells inference. */
export const providerOptionsSchema = z.strictObject({
  relays: fields.relays.default([]),
  backend: fields.backend.default(defaults.backend),
  model: fields.model.optional(),
  concurrency: fields.concurrency.default(defaults.concurrency),
  price_base_msat: fields.price_base_msat.default(defaults.price_base_msat),
  price_msat_per_1k_chars: fields.price_msat_per_1k_chars.default(defaults.price_msat_per_1k_chars),
  credit_sats: fields.credit_sats.default(defaults.credit_sats),
  name: fields.name.default(defaults.name),
  /** The key of the one who runs several providers, npub or hex; absent where it is the provider's own. */
  operator: fields.operator.optional(),
});

export type ProviderOptions = z.infer<typeof providerOptionsSchema>;
