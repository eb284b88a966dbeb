import { cleanCharacters } from '../cleanCharacters.ts';
import { targetOf, type OoxmlPackage } from './ooxmlPackage.ts';

export interface DocumentProperties {
  readonly title: string;
  readonly language: string | undefined;
  readonly metadata: Record<string, string>;
}

/** Our names of what OOXML (docProps/core.xml), OpenDocument (meta.xml) and EPUB (OPF) tell, by their local names. */
const NAMES: Readonly<Record<string, string>> = {
  title: 'title', creator: 'author', 'initial-creator': 'author', created: 'created', 'creation-date': 'created', modified: 'modified', date: 'modified', description: 'description', keywords: 'keywords', keyword: 'keywords', subject: 'subject', category: 'category', language: 'language', publisher: 'publisher', identifier: 'identifier',
};
const LONGEST = 500;
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

/** Owns what a document states of itself, as its XML is read; the first statement of each kind counts, keywords are joined. */
export class PropertiesSink {
  private readonly found: Record<string, string> = {};
  private name: string | undefined;
  private value = '';

  open(tag: string): void {
    this.name = NAMES[tag.slice(tag.indexOf(':') + 1)];
    this.value = '';
  }

  text(piece: string): void {
    if (this.name !== undefined && this.value.length < LONGEST) this.value += piece;
  }

  close(): void {
    const value = cleanCharacters(this.value).replace(/\s+/g, ' ').trim().slice(0, LONGEST);
    if (this.name !== undefined && value !== '') {
      if (this.name === 'keywords' && this.found['keywords']) this.found['keywords'] = `${this.found['keywords']}, ${value}`.slice(0, LONGEST);
      else this.found[this.name] ??= value;
    }
    this.name = undefined;
    this.value = '';
  }

  properties(): DocumentProperties {
    const { title = '', language, ...metadata } = this.found;
    return { title, language: language !== undefined && LANGUAGE.test(language) ? language : undefined, metadata };
  }
}

/** The core properties of an OOXML package; none where they are missing. */
export function readCoreProperties(source: OoxmlPackage): DocumentProperties {
  const sink = new PropertiesSink();
  source.readIfSound(targetOf(source.relations(''), 'core-properties') ?? 'docProps/core.xml', sink);
  return sink.properties();
}

const LEFT_BY_PROGRAM = /^(?:untitled|unknown|title|titre|titel|microsoft (?:word|powerpoint|excel)\b.*|powerpoint[ -]pr.sentation|(?:document|dokument|presentation|présentation|präsentation|slide|folie|book|mappe)\s*\d*)$|\.(?:docx?|dotx?|odt|rtf|tex|indd|xlsx?|pptx?|html?|txt|wpd)$/i;

/** The stated title unless a program left it there; else the first of `candidates`; else the file's name. */
export function officeTitle(stated: string, candidates: readonly (string | undefined)[], name: string): string {
  const squashed = stated.replace(/\s+/g, ' ').trim();
  if (squashed.length > 2 && /[\p{L}\p{N}]/u.test(squashed) && !LEFT_BY_PROGRAM.test(squashed)) return squashed.slice(0, 300);
  for (const candidate of candidates) {
    const text = candidate?.replace(/\s+/g, ' ').trim() ?? '';
    if (text !== '') return text.slice(0, 300);
  }
  return name;
}
