import { toNfc } from '../../../base/paths.ts';

const MAX_PART = 120;
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** One part of a readable name that every system can hold; `page` where nothing is left. */
export function tidyPart(text: string): string {
  const tidy = toNfc(text).replace(/[\u0000-\u001f\u007f<>:"|?*\\/]/g, '_').replace(/[. ]+$/, '').trim();
  const named = tidy === '' || tidy === '..' ? 'page' : RESERVED.test(tidy) ? `_${tidy}` : tidy;
  return shorten(named);
}

function shorten(name: string): string {
  if (name.length <= MAX_PART) return name;
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
  return [...name].slice(0, MAX_PART - ending.length - 1).join('').slice(0, MAX_PART - ending.length) + ending;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A readable path of a URL, `docs/guide (page=2).html`; `ending` is that of its content, such as `.html`. */
export function nameOfUrl(url: URL, ending: string): string {
  const parts = url.pathname.split('/').filter((part) => part !== '').map((part) => tidyPart(decodePart(part)));
  if (parts.length === 0 || url.pathname.endsWith('/')) parts.push('index');
  const last = parts.pop() ?? 'index';
  const fits = last.toLowerCase().endsWith(ending) || (ending === '.html' && /\.x?html?$/i.test(last));
  const query = url.search === '' ? '' : ` (${decodePart(url.search.slice(1))})`;
  const stem = fits && query !== '' ? last.slice(0, last.lastIndexOf('.')) : last;
  const file = fits && query === '' ? last : tidyPart(`${stem}${query}${fits ? last.slice(last.lastIndexOf('.')) : ending}`);
  return [...parts, file].join('/');
}

export interface NameBook {
  /** The name that this key has, else `wanted`, numbered where another key has it. */
  take(key: string, wanted: string): string;
}

/** Names stay with their keys from one fetch to the next, and no two are equal, also where case does not count. */
export function createNameBook(former: ReadonlyMap<string, string>): NameBook {
  const nameOf = new Map(former);
  const taken = new Set([...former.values()].map((name) => name.toLowerCase()));
  return {
    take: (key, wanted) => {
      const known = nameOf.get(key);
      if (known !== undefined) return known;
      let name = toNfc(wanted);
      const dot = name.lastIndexOf('.') > name.lastIndexOf('/') + 1 ? name.lastIndexOf('.') : name.length;
      for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${toNfc(wanted).slice(0, dot)}-${number}${toNfc(wanted).slice(dot)}`;
      taken.add(name.toLowerCase());
      nameOf.set(key, name);
      return name;
    },
  };
}
