// `rlm_lite.v1`: a controller explores the input by the actions of the kernel until it has the answer; what costs goes through the run's
// own doors. Every step is told, the whole exploration is kept to be replayed, and what is known counts where a budget ends it.
import type { PylonError } from '../../protocol/errors.ts';
import { addUsage, NO_USAGE } from '../../protocol/signature.ts';
import { type Clock, type LanguageModel, PredictionFailed } from '../ports.ts';
import { embeddedController } from '../predict/rlm/embedded-controller.ts';
import type { Explored, IterationFact } from '../predict/rlm/exploration.ts';
import { explore } from '../predict/rlm/kernel.ts';
import { inputTools } from '../predict/rlm/tools/input-tools.ts';
import { outputOf } from '../predict/rlm/trace/output.ts';
import { Recorder } from '../predict/rlm/trace/recorder.ts';
import type { RegexEngine, World } from '../predict/rlm/world.ts';
import { worldOfCorpus } from '../predict/rlm/world-of-corpus.ts';
import { cite } from '../run/cite.ts';
import { Leaves } from './rlm/leaves.ts';
import { ExplorationMemory, readSteps } from './rlm/memory.ts';
import { Searched } from './rlm/searched.ts';
import { askModel } from './rlm/sub-model.ts';
import type { Outcome, Walk } from './strategy.ts';

/** The controller's own calls; sub-calls tell theirs by receipts of their own. */
class Spending {
  usage = NO_USAGE;

  of(model: LanguageModel): LanguageModel {
    return {
      model: model.model,
      complete: async (request) => {
        try {
          const completion = await model.complete(request);
          this.usage = addUsage(this.usage, completion.usage);
          return completion;
        } catch (thrown) {
          if (thrown instanceof PredictionFailed) this.usage = addUsage(this.usage, thrown.usage);
          throw thrown;
        }
      },
    };
  }
}

async function patternsOf(clock: Clock): Promise<RegexEngine> {
  const { linearRegex } = await import('../predict/rlm/regex/linear-regex.ts');
  const now = () => clock.now();
  return linearRegex({ now, cpu: now });
}

/** The input, the run's leaves, its model and its tools. */
async function worldOf(
  walk: Walk,
  memory: ExplorationMemory,
): Promise<{ readonly world: World; readonly searched: Searched }> {
  const { context, surveyed } = walk;
  const { request, synonyms, clock } = context;
  const regex = await (context.patterns?.() ?? patternsOf(clock));
  const { tools, tool } = inputTools({ corpus: request.corpus, regex }, clock);
  const leaves = new Leaves(walk);
  const world = worldOfCorpus(request.corpus, {
    fanOut: (asked, signal) => leaves.ask(asked, signal),
    ask: memory.ask((asked, signal) => askModel(walk, asked, signal)),
    tools,
    tool: memory.tool(tool),
    regex,
    hashes: surveyed.fileHashes,
    ...(synonyms === undefined ? {} : { synonyms }),
  });
  const searched = new Searched(world);
  const search: World['search'] = async (asked, signal) => {
    const result = await world.search(asked, signal);
    searched.note(asked);
    return result;
  };
  return { world: { ...world, search }, searched };
}

/** A deadline is no fault where what there is by then was asked for. */
function faultOf({ ending, quorum }: Walk, { fault }: Explored): PylonError | undefined {
  const ended = ending.fault;
  if (quorum.kind === 'best-effort' && ended?.code === 'deadline-passed') return undefined;
  return ended ?? fault;
}

async function memoryOf({ context }: Walk): Promise<ExplorationMemory> {
  const { resumption } = context.request;
  if (resumption === undefined) return new ExplorationMemory([], 0);
  return new ExplorationMemory(await readSteps(resumption), resumption.known.steps().length);
}

export async function rlmLite(walk: Walk): Promise<Outcome> {
  const { context, thread, ending } = walk;
  const { request, clock, emitter, languageModel } = context;
  const { max_depth: maxDepth } = request.config;
  const memory = await memoryOf(walk);
  const { world, searched } = await worldOf(walk, memory);
  const spending = new Spending();
  const parts = new Set<string>();
  const recorder = new Recorder({
    world,
    controller: spending.of(memory.controller(languageModel ?? embeddedController())),
    budget: thread.budget,
    signal: ending.signal,
    keep: (hash, bytes) => {
      parts.add(hash);
      emitter.keepBlob(hash, bytes, true);
    },
  });
  const onIteration = (fact: IterationFact) => {
    const step = memory.step();
    if (step === undefined) return;
    emitter.keepBlob(step.hash, step.text, true);
    void emitter.emit({ ...fact, bytes_searched: searched.bytes, step_hash: step.hash });
  };
  const { controller, budget } = recorder;
  const explored = await explore({
    query: request.query,
    world: recorder.world,
    controller,
    budget,
    maxDepth,
    signal: ending.signal,
    clock,
    receiptId: thread.receiptId,
    onIteration,
    onPrompt: (text) => thread.prompted(text),
    log: recorder,
  });
  const { answer, citations, subCalls, repairs, spansRead } = explored;
  const trace = recorder.finish(request.query, maxDepth, explored);
  thread.spent(spending.usage, repairs);
  thread.read(spansRead);
  parts.delete(trace.hash);
  const { hash: blobId, bytes, iterations } = trace;
  thread.explored({ blobId, bytes: bytes.length, iterations, subCalls }, [...parts]);
  const cited = await Promise.all(citations.map((citation, index) => cite(request.corpus, citation, index + 1)));
  return { output: answer, citations: cited, fault: faultOf(walk, explored), recorded: outputOf(explored) };
}
