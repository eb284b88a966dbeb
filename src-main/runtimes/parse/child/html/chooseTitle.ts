import type { HtmlBlock } from './htmlBlock.ts';

const SEPARATOR = /\s+[—–|·»›-]\s+|\s*::\s+|\s*»\s*/u;
const squash = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** The page's <title> without the site's name where a heading tells which part that is; else its first heading; else the file's name. */
export function chooseTitle(given: string, blocks: readonly HtmlBlock[], name: string): string {
  const headings = blocks.filter((block) => block.kind === 'heading' && block.reason === undefined);
  const first = headings.find((block) => block.level === 1) ?? headings[0];
  const heading = first?.text.replaceAll('\n', ' ').trim();
  if (given === '') return heading || name;
  if (!heading) return given.slice(0, 300);
  const own = squash(heading);
  const whole = squash(given);
  if (own !== '' && whole.startsWith(`${own} `)) return heading;
  for (const part of given.split(SEPARATOR)) if (own !== '' && squash(part) === own) return heading;
  return given.slice(0, 300);
}
