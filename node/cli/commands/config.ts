// `pylon config`: the values in force and where each comes from; `get` prints one, `set` writes one to config.toml.
import { EXIT } from '../../../protocol/errors.ts';
import { homeOf, homePaths, openHome, writePrivateFile } from '../../home.ts';
import {
  CONFIG_KEYS,
  checkConfigTable,
  loadConfig,
  parseConfigText,
  readConfigText,
  toConfigKey,
  unknownVariables,
} from '../../settings/config.ts';
import { readSetting } from '../../settings/fields.ts';
import type { CliContext } from '../context.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printableJson, printableLine } from '../printable.ts';
import { renderTable } from './history.ts';

function written(value: unknown): string {
  if (value === undefined) return '–';
  return Array.isArray(value) ? value.join(',') || '–' : String(value);
}

export async function configList(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const home = homeOf(context.environment);
  const entries = [...(await loadConfig(home, context.environment)).values()];
  const notices = new Notices(context.stderr);
  for (const name of unknownVariables(context.environment)) notices.line(`${name} is not a variable of pylon: ignored`);
  if (flags.json === true) {
    context.stdout.write(
      `${printableJson(Object.fromEntries(entries.map(({ key, value, source }) => [key, { value: value ?? null, source }])))}\n`,
    );
  } else {
    const rows = entries.map(({ key, value, source }) => [key, printableLine(written(value)), source]);
    context.stdout.write(
      renderTable([
        ...rows,
        ['PYLON_HOME', home, context.environment.PYLON_HOME === undefined ? 'default' : 'PYLON_HOME'],
      ]),
    );
  }
  return EXIT.answer;
}

export async function configGet(context: CliContext, words: readonly string[]): Promise<number> {
  const key = toConfigKey(words[0] ?? '', 'the configuration');
  const entry = (await loadConfig(homeOf(context.environment), context.environment)).get(key);
  const { value } = entry ?? {};
  context.stdout.write(`${printableLine(Array.isArray(value) ? value.join(',') : String(value ?? ''))}\n`);
  return EXIT.answer;
}

export async function configSet(context: CliContext, words: readonly string[]): Promise<number> {
  const [name = '', text = ''] = words;
  const key = toConfigKey(name, 'the configuration');
  const value = readSetting(CONFIG_KEYS[key], text, { name: key, code: 'config-invalid', next: 'see docs/cli.md' });
  const home = homeOf(context.environment);
  const path = homePaths.config(home);
  await openHome(home);
  const { setInConfigText } = await import('../../settings/config-edit.ts');
  const result = await setInConfigText((await readConfigText(home)) ?? '', path, key, value);
  checkConfigTable(await parseConfigText(result, path), path);
  await writePrivateFile(path, result);
  context.stderr.write(`${key} = ${printableLine(text)} in ${path}\n`);
  return EXIT.answer;
}
