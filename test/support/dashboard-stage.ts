// A real daemon with real runs for the tests in a browser: made once for a suite by the real command, and entered by the
// link that `pylon dashboard` prints.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { RunRecord } from '../../protocol/run.ts';
import { openPage, type PageOptions, type WatchedPage } from './browser.ts';
import { CHECKOUT, Command, type Finished, recordOf } from './command.ts';

/** Longer than a suite may take. */
const DAEMON_MS = 600_000;

export interface Stage {
  readonly home: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What was asked before the suite began, oldest first. */
  readonly runs: readonly RunRecord[];
  /** The JSON that the API answers to a program with the token. */
  read<T>(path: string): Promise<T>;
  /** Runs the command against the daemon. */
  pylon(argv: readonly string[]): Promise<Finished>;
  /** Starts a command that goes on while the test looks. */
  start(argv: readonly string[]): Command;
  /** What the daemon has logged. */
  log(): string;
  /** A page that was let in by a link and shows this address. */
  enter(address: string, options?: PageOptions): Promise<WatchedPage>;
}

/** Two runs of one experiment on the same file, and one on prose. */
const QUESTIONS: readonly (readonly string[])[] = [
  ['Why does this build fail?', '--file', 'examples/build.log', '--experiment', 'nightly', '--fanout', '10'],
  ['Why does this build fail?', '--file', 'examples/build.log', '--experiment', 'nightly', '--chunk-size', '32000'],
  ['How long is a job kept?', '--file', 'examples/job-system-handbook.md', '--chunk-size', '4000'],
];

async function open(
  questions: readonly (readonly string[])[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), 'pylon-stage-'));
  const options = { home, cwd: CHECKOUT, hangMs: DAEMON_MS, environment };
  const commands = new Set<Command>();
  const start = (argv: readonly string[]) => {
    const command = new Command(argv, options);
    commands.add(command);
    void command.ended.then(() => commands.delete(command));
    return command;
  };
  t.teardown(async () => {
    for (const command of commands) command.kill('SIGKILL');
    await Promise.all([...commands].map(({ ended }) => ended));
    await rm(home, { recursive: true, force: true });
  });
  const daemon = start(['start', '--foreground', '--port', '0']);
  const [url = ''] = await daemon.said('stderr', /http:\/\/127\.0\.0\.1:\d+/);
  const pylon = (argv: readonly string[]) => start(argv).ended;
  const runs: RunRecord[] = [];
  for (const words of questions) runs.push(recordOf(await pylon(['rlm', ...words, '--json'])));
  const token = (await readFile(join(home, 'token'), 'utf8')).trim();
  const read = async <T>(path: string): Promise<T> =>
    (await (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).json()) as T;
  const enter = async (address: string, pageOptions: PageOptions = {}) => {
    const { stdout } = await pylon(['dashboard', '--no-open', '--json']);
    const link = new URL((JSON.parse(stdout) as { url: string }).url);
    const opened = await openPage(pageOptions);
    await opened.page.goto(`${url}${address}${link.hash}`);
    await opened.page.waitForSelector('h1');
    return opened;
  };
  return { home, url, runs, read, pylon, start, enter, log: () => daemon.stderr };
}

let stage: Promise<Stage> | undefined;

/** The one stage of this process. */
export function openStage(): Promise<Stage> {
  stage ??= open(QUESTIONS);
  return stage;
}

/** A daemon of its own in a home where nothing was ever asked. @param environment variables of its own, also of its commands */
export function openEmptyStage(environment: Readonly<Record<string, string>> = {}): Promise<Stage> {
  return open([], environment);
}
