import type { ParsedDocument } from '#contract/document.ts';

/** What formats call the same thing; the first that is filled counts. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  author: ['author', 'dc.creator', 'dcterms.creator', 'article:author', 'authors', 'creator', 'byline'],
  created: ['created', 'creationdate', 'article:published_time', 'dc.date.created', 'dcterms.created', 'dc.date', 'dcterms.date', 'date', 'published', 'created_at'],
  modified: ['modified', 'moddate', 'article:modified_time', 'dc.date.modified', 'dcterms.modified', 'updated', 'last-modified', 'last_modified', 'lastmod', 'updated_at'],
  description: ['description', 'dc.description', 'dcterms.description', 'summary', 'abstract', 'subject'],
  keywords: ['keywords', 'tags', 'dc.subject', 'dcterms.subject', 'article:tag', 'categories', 'category'],
  url: ['url', 'canonical', 'og:url', 'permalink'],
};
const LANGUAGE = /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/;

/**
 * The one shape of what documents state of themselves: author, created and modified (ISO 8601), description, keywords
 * (separated by a comma), url; the language stands beside. What else is stated keeps its name. Dates that cannot be read are left out.
 */
export function normaliseMetadata(document: ParsedDocument): ParsedDocument {
  const rest = new Map(Object.entries(document.metadata).map(([key, value]) => [key.toLowerCase(), value] as const));
  const metadata: [string, string][] = [];
  for (const [key, names] of Object.entries(SOURCES)) {
    let found = '';
    for (const name of names) {
      const value = (rest.get(name) ?? '').trim();
      rest.delete(name);
      if (found === '' && value !== '') found = key === 'created' || key === 'modified' ? (isoDate(value) ?? '') : value;
    }
    if (found !== '') metadata.push([key, found]);
  }
  const stated = [document.language, rest.get('language'), rest.get('lang'), rest.get('dc.language')].find((value) => value !== undefined && LANGUAGE.test(value.trim()));
  for (const name of ['language', 'lang', 'dc.language']) rest.delete(name);
  const whole: ParsedDocument = { ...document, metadata: Object.fromEntries([...metadata, ...rest]) };
  if (stated === undefined) delete whole.language;
  else whole.language = stated.trim().replaceAll('_', '-');
  return whole;
}

const PDF_DATE = /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?/;
const ISO_DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A date in the spellings of PDF, ISO 8601, RFC 5322 and English words; with its time in UTC where a zone is stated, else the day alone. Null = not a date. */
export function isoDate(value: string): string | null {
  const pdf = PDF_DATE.exec(value);
  if (pdf) {
    const [, year, month = '01', day = '01', hour, minute = '00', second = '00', sign, zoneHours = '00', zoneMinutes = '00'] = pdf;
    return hour === undefined || (sign === undefined && !value.includes('Z')) ? valid(`${year}-${month}-${day}`) : valid(`${year}-${month}-${day}T${hour}:${minute}:${second}${sign ? `${sign}${zoneHours}:${zoneMinutes}` : 'Z'}`);
  }
  const iso = ISO_DATE.exec(value);
  if (iso) {
    const [, day, time, zone] = iso;
    return time && zone ? valid(`${day}T${time}${zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`) : valid(`${day}`);
  }
  if (/^\d{4}$/.test(value)) return null;
  // Words: only where they hold a year of four digits, for what is left over would be a guess.
  if (!/\b\d{4}\b/.test(value) || !/[A-Za-z]{3}/.test(value) || value.length > 100) return null;
  const zoned = /(?:[+-]\d{4}|\b(?:GMT|UTC|Z))\b/.test(value);
  const milliseconds = Date.parse(zoned ? value.replace(/\s*\([^)]*\)\s*$/, '') : `${value} UTC`);
  if (Number.isNaN(milliseconds)) return null;
  const text = new Date(milliseconds).toISOString();
  return zoned ? text.replace(/\.\d+Z$/, 'Z') : text.slice(0, 10);
}

function valid(text: string): string | null {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return null;
  return text.includes('T') ? new Date(time).toISOString().replace(/\.\d+Z$/, 'Z') : text;
}
