import path from 'node:path';
import { DEFAULT_TEXT_MODEL } from '#contract/models.ts';
import type { ProjectFile } from '#contract/projects.ts';
import type { DoctorSetting, UserSettings } from '#contract/system.ts';
import type { UserFolders } from '../base/paths.ts';
import { EMBEDDER } from './modelsPort.ts';
import { DEFAULT_ANSWER } from './openProject.ts';

export interface ValueSources {
  readonly settings: UserSettings;
  readonly folders: UserFolders;
  /** LATHE_TEXT_MODEL. */
  readonly textModel: string | null;
  /** lathe.yaml of the project that is looked at. */
  readonly file: ProjectFile | null;
  readonly parseProcesses: number;
}

type Choice = Omit<DoctorSetting, 'name' | 'value'> & { readonly value: string | number | boolean | null | undefined };

/** The first that is set, in the order of precedence. */
function pick(name: string, choices: readonly Choice[], fallback: string): DoctorSetting {
  const chosen = choices.find(({ value }) => value !== null && value !== undefined);
  if (!chosen) return { name, value: fallback, from: 'default' };
  const { value, from, by } = chosen;
  return { name, value: String(value), from, ...(by === undefined ? {} : { by }) };
}

const inProject = (value: Choice['value']): Choice => ({ value, from: 'project', by: 'lathe.yaml' });
const bySetting = (value: Choice['value']): Choice => ({ value, from: 'user', by: 'Settings' });

/** Every value that more than one place can set, with the place that does. */
export function effectiveValues({ settings, folders, textModel, file, parseProcesses }: ValueSources): DoctorSetting[] {
  const home = process.env['LATHE_HOME'];
  return [
    pick('home', [{ value: home === '' ? null : home, from: 'environment', by: 'LATHE_HOME' }], path.dirname(folders.data)),
    ...(['config', 'data', 'state', 'cache'] as const).map((name) => folderValue(name, folders[name])),
    pick('textModel', [{ value: textModel, from: 'environment', by: 'LATHE_TEXT_MODEL' }, inProject(file?.models?.text), bySetting(settings.textModel)], DEFAULT_TEXT_MODEL),
    pick('embeddingModel', [inProject(file?.models?.embedding)], EMBEDDER),
    pick('answers.maxTokens', [inProject(file?.settings?.answers?.maxTokens)], String(DEFAULT_ANSWER.maxTokens)),
    pick('answers.passages', [inProject(file?.settings?.answers?.passages)], String(DEFAULT_ANSWER.passages)),
    pick('answers.seed', [inProject(file?.settings?.answers?.seed)], String(DEFAULT_ANSWER.seed)),
    pick('parseProcesses', [bySetting(settings.parseProcesses)], String(parseProcesses)),
    pick('theme', [bySetting(settings.theme === 'system' ? null : settings.theme)], 'system'),
    pick('offline', [bySetting(settings.offline ? true : null)], 'false'),
  ];
}

/** LATHE_HOME moves all of them; else on Linux each has its XDG variable. */
function folderValue(name: keyof UserFolders, value: string): DoctorSetting {
  if ((process.env['LATHE_HOME'] ?? '') !== '') return { name, value, from: 'environment', by: 'LATHE_HOME' };
  const variable = process.platform === 'win32' ? 'LOCALAPPDATA' : `XDG_${name.toUpperCase()}_HOME`;
  const set = process.env[variable];
  const used = process.platform !== 'darwin' && set !== undefined && path.isAbsolute(set);
  return used ? { name, value, from: 'environment', by: variable } : { name, value, from: 'default' };
}

export function valueOf(settings: readonly DoctorSetting[], name: string): DoctorSetting {
  const found = settings.find((setting) => setting.name === name);
  if (!found) throw new Error(`Expected ${name} to be among the effective values`);
  return found;
}
