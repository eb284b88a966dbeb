import { type AppError, hasErrorCode } from '../../../../base/appError.ts';
import { parseJsonText } from '../data/jsonValue.ts';
import { decodeText } from '../decodeText.ts';
import { readMail } from '../mail/readMail.ts';
import { sniffFormat } from '../sniffFormat.ts';
import type { ArchiveEntry } from './archiveEntry.ts';
import { asPart, leadsOut } from './cleanName.ts';
import { writePage } from './exportPage.ts';
import { confluenceSpacePages } from './exports/confluenceSpace.ts';
import { recogniseExport, type RecognisedExport } from './exports/recogniseExport.ts';
import { NO_NAMES, slackNames, type SlackNames } from './exports/slack.ts';
import { EXPAND_LIMITS, type MemberWriter } from './memberWriter.ts';
import { openArchive } from './openArchive.ts';
import { isMbox, readMbox } from './readMbox.ts';

/** A file's place: the name of its member, what stands before the names of its own members, and how deep it is. */
interface Place {
  readonly name: string;
  readonly inside: string;
  readonly depth: number;
  readonly names: SlackNames;
}

/**
 * Writes the members of a container, those of containers inside it included; the kind of container, or null where the
 * bytes are a document and nothing was written.
 * @throws AppError DOCUMENT_UNSUPPORTED, _DAMAGED, _TOO_LARGE or _ENCRYPTED where nothing of it can be read, DISK_FULL, CANCELLED
 */
export async function expandFile(bytes: Uint8Array, name: string, writer: MemberWriter): Promise<string | null> {
  return expandBytes(bytes, { name, inside: '', depth: 0, names: NO_NAMES }, writer);
}

async function expandBytes(bytes: Uint8Array, place: Place, writer: MemberWriter): Promise<string | null> {
  const archive = openArchive(bytes, place.name, writer.budget);
  if (archive) {
    for (const problem of archive.problems) writer.problem(`${place.inside}${problem.name}`, problem.reason);
    return expandEntries(archive.kind, archive.entries, { place, writer });
  }
  const found = recogniseExport(bytes, place.name, place.names);
  if (found) {
    writePages(found, place, writer);
    return found.kind;
  }
  if (isMbox(bytes)) {
    for (const message of readMbox(bytes)) if (writer.wants(message.name)) await addMail(message.bytes, { ...place, name: `${place.inside}${message.name}` }, { writer, modifiedMs: message.modifiedMs });
    return 'mbox';
  }
  if (!/\.eml$/i.test(place.name) || !hasAttachment(bytes)) return null;
  return (await addMail(bytes, place, { writer, modifiedMs: null, onlyWithFiles: true })) ? 'email' : null;
}

function writePages(found: RecognisedExport, place: Place, writer: MemberWriter): void {
  const folder = place.depth === 0 ? '' : place.name.slice(0, place.name.lastIndexOf('/') + 1);
  const inside = found.inPlace ? folder : place.inside;
  for (const page of found.pages) {
    const name = found.kind === 'slack' ? page.name.slice(page.name.lastIndexOf('/') + 1) : page.name;
    const written = writePage({ ...page, name: `${inside}${name}` });
    writer.add(written.name, written.bytes, written.modifiedMs);
  }
}

interface Work {
  readonly place: Place;
  readonly writer: MemberWriter;
}

async function expandEntries(kind: string, all: readonly ArchiveEntry[], { place, writer }: Work): Promise<string> {
  const entries = all.filter((entry) => !leadsOut(entry.name));
  for (const entry of all) if (leadsOut(entry.name)) writer.problem(`${place.inside}${entry.name}`, 'Its path leads out of the archive: it was left out');
  const spaces = entries.filter((entry) => /(?:^|\/)entities\.xml$/.test(entry.name));
  const names = readSlackNames(entries);
  let found = names === null ? kind : 'slack';
  for (const entry of entries) {
    if (!writer.wants(entry.name)) continue;
    if (names !== null && /(?:^|\/)(?:users|channels|groups|dms|mpims|integration_logs|canvases)\.json$/.test(entry.name)) continue;
    if (spaces.length > 0 && /(?:^|\/)(?:exportDescriptor\.properties|[^/]*\.xml)$/.test(entry.name) && !spaces.includes(entry)) continue;
    const name = `${place.inside}${entry.name}`;
    try {
      const bytes = entry.read();
      if (spaces.includes(entry)) {
        found = 'confluence';
        writePages({ kind: found, pages: confluenceSpacePages(decodeText(bytes, null, []).text) }, place, writer);
      } else await expandMember(bytes, { name, inside: `${name}/`, depth: place.depth + 1, names: names ?? place.names }, { writer, modifiedMs: entry.modifiedMs });
    } catch (error) {
      if (isFull(error, writer)) {
        writer.problem(name, `${error.message}: it and what follows was left out`);
        break;
      }
      writer.fault(name, error);
    }
  }
  if (place.depth === 0 && entries.length === 0 && writer.allProblems().length === 0) writer.problem('the archive', 'It holds no file');
  return found;
}

async function expandMember(bytes: Buffer, place: Place, { writer, modifiedMs }: { readonly writer: MemberWriter; readonly modifiedMs: number | null }): Promise<void> {
  if (place.depth <= EXPAND_LIMITS.depth) {
    if ((await expandBytes(bytes, place, writer)) !== null) return;
  } else if (openArchive(bytes, place.name, writer.budget) !== null) {
    writer.problem(place.name, `An archive more than ${EXPAND_LIMITS.depth} deep is not unpacked. Unpack it and add the folder`);
    return;
  }
  writer.add(place.name, bytes, modifiedMs);
}

/** Whether a limit of the whole container is reached: going on would only repeat it. */
function isFull(error: unknown, writer: MemberWriter): error is AppError {
  return hasErrorCode(error, 'DOCUMENT_TOO_LARGE') && (writer.members.length >= EXPAND_LIMITS.members || writer.budget.left <= 0 || writer.isFull);
}

/** People and channels of a Slack export; null = it is none. */
function readSlackNames(entries: readonly ArchiveEntry[]): SlackNames | null {
  const named = (pattern: RegExp): unknown[] => entries.filter((entry) => pattern.test(entry.name)).map((entry) => parseJsonText(entry.read().toString('utf8')));
  if (!entries.some((entry) => /(?:^|\/)channels\.json$/.test(entry.name)) || !entries.some((entry) => /\/\d{4}-\d\d-\d\d\.json$/.test(entry.name))) return null;
  try {
    return slackNames(named(/(?:^|\/)users\.json$/)[0], named(/(?:^|\/)(?:channels|groups)\.json$/));
  } catch (error) {
    if (hasErrorCode(error)) return NO_NAMES;
    throw error;
  }
}

const hasAttachment = (bytes: Uint8Array): boolean => /\bfilename\*?[0*]*=|content-disposition:\s*attachment|\bname=/i.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));

/** Writes a message and those of its attachments that are documents; whether it did. */
async function addMail(bytes: Buffer | Uint8Array, place: Place, { writer, modifiedMs, onlyWithFiles = false }: { readonly writer: MemberWriter; readonly modifiedMs: number | null; readonly onlyWithFiles?: boolean }): Promise<boolean> {
  const mail = hasAttachment(bytes) ? await readMail(bytes, place.name).catch((error: unknown) => (hasErrorCode(error, 'DOCUMENT_DAMAGED') ? null : Promise.reject(error))) : null;
  const files = (mail?.attachments ?? []).filter((file) => !file.related && typeof file.content !== 'string' && file.content.byteLength > 0);
  if (files.length === 0 && onlyWithFiles) return false;
  writer.add(place.name, bytes, modifiedMs);
  for (const [index, file] of files.entries()) {
    const name = `${place.name}/${asPart(file.filename ?? '') || `attachment ${index + 1}`}`;
    const content = new Uint8Array(file.content as ArrayBuffer);
    const unread = whyUnread(content, name);
    if (unread !== null) writer.problem(name, unread);
    else await expandAttachment(Buffer.from(content), { name, inside: `${name}/`, depth: place.depth + 1, names: NO_NAMES }, { writer, modifiedMs });
  }
  return true;
}

async function expandAttachment(bytes: Buffer, place: Place, options: { readonly writer: MemberWriter; readonly modifiedMs: number | null }): Promise<void> {
  try {
    await expandMember(bytes, place, options);
  } catch (error) {
    if (isFull(error, options.writer)) throw error;
    options.writer.fault(place.name, error);
  }
}

/** Why an attachment is no document, in words; null = it may be one, or an archive of some. */
function whyUnread(bytes: Uint8Array, name: string): string | null {
  try {
    const sniffed = sniffFormat(bytes, name);
    return 'unsupported' in sniffed && !/archive/.test(sniffed.unsupported) ? `An attachment that is ${sniffed.unsupported} is not read` : null;
  } catch (error) {
    if (hasErrorCode(error)) return error.message;
    throw error;
  }
}
