/** Owns the only reading of secrets: a project names them, and their values stay out of it, of logs, messages and the ledger. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { AppError } from './appError.ts';
import { isMissing } from './isMissing.ts';
import { readRegularFile } from './readRegularFile.ts';

export interface Secrets {
  /** The value of a name; throws INPUT_INVALID where there is none, or where the file could be read by others. Never log what it answers. */
  read(name: string): Promise<string>;
}

export interface SecretsFrom {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's configuration folder: `secrets.yaml` there holds names and values. */
  readonly folder: string;
  readonly platform?: NodeJS.Platform;
}

const VARIABLE = 'LATHE_SECRET_NAME';
const MAX_FILE_BYTES = 1024 * 1024;

/** The variable first (for `api-key` it ends in API_KEY), then `secrets.yaml`, which only its owner may be able to read. */
export function createSecrets({ env, folder, platform = process.platform }: SecretsFrom): Secrets {
  const file = join(folder, 'secrets.yaml');
  return {
    read: async (name) => {
      const variable = VARIABLE.replace('NAME', name.toUpperCase().replace(/[^A-Z0-9]/g, '_'));
      const value = env[variable] ?? (await readFromFile(file, name, platform));
      // A line break in a header's value would begin another header.
      if (value === undefined || value === '') throw new AppError('INPUT_INVALID', `There is no secret named ${name} on this machine.`, { hint: `Set ${variable}, or add "${name}: VALUE" to ${file} (mode 600).` });
      if (/[\u0000-\u001f\u007f]/.test(value)) throw new AppError('INPUT_INVALID', `The secret ${name} holds a control character, such as a line break at its end.`, { hint: 'Write it in one line.' });
      return value;
    },
  };
}

async function readFromFile(file: string, name: string, platform: NodeJS.Platform): Promise<string | undefined> {
  const facts = await lstat(file).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw new AppError('PATH_UNREADABLE', `${file} cannot be read.`, { hint: 'Check its permissions.', cause: error });
  });
  if (facts === null) return undefined;
  if (platform !== 'win32' && (facts.mode & 0o077) !== 0) throw new AppError('INPUT_INVALID', `${file} can be read by other accounts of this machine (mode ${(facts.mode & 0o777).toString(8)}): its secrets are not used.`, { hint: `Run: chmod 600 ${file}` });
  const text = (await readRegularFile(file, MAX_FILE_BYTES)).toString('utf8');
  const value = readName(text, name, file);
  return value === undefined || value === null ? undefined : String(value);
}

/** The parser's own words would quote the file, so they are left out. */
function readName(text: string, name: string, file: string): unknown {
  try {
    const all: unknown = parse(text, { prettyErrors: false });
    return typeof all === 'object' && all !== null && Object.hasOwn(all, name) ? (all as Record<string, unknown>)[name] : undefined;
  } catch {
    throw new AppError('INPUT_INVALID', `${file} is not valid YAML.`, { hint: 'Write one "NAME: VALUE" a line.' });
  }
}
