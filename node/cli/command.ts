// A command as the table of commands knows it.
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import type { Flags } from './flags.ts';

/** A command's body: gets its positional arguments and flags, returns the exit code. */
export type CommandBody = (context: CliContext, words: readonly string[], flags: Flags) => Promise<number>;

/** Wires a command to its body, which is loaded when it runs. */
export type Add = (command: Command, load: () => Promise<CommandBody>) => void;
