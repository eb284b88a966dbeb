import type { HtmlBlock, WalkedPage } from './htmlBlock.ts';
import type { Region } from './regionRules.ts';

const NEVER_TEXT = new Set(['hidden', 'line-numbers']);
/** Without word boundaries: bars are often written without spaces between their links. */
const NAVIGATION_WORDS = /table of contents|prev(?:ious)?|next|contents?|index|forward|back|parent|chapter|section|modules?|search|first|last|start|home|main|menu|page|site|top|toc|the|up|to|of/gi;
const PUNCTUATION = /[\s|[\](){}<>«»‹›←→↑⇐⇒⇑:·•,.\-–—^*/\\&]+/g;
const TEXINFO_BAR = /^(?:next|prev(?:ious)?|up):\s.{0,300}?(?:prev(?:ious)?|up|next|\[contents\]|\[index\])/i;

/**
 * Says of each block of a page whether it is navigation (its `reason`), from names and roles, from how much of a part
 * is links, and from where the content is. Errs on the side of keeping: a part that holds most of the page stays.
 */
export function markBoilerplate(page: WalkedPage): void {
  const { blocks, regions } = page;
  gather(blocks, regions);
  decideRegions(regions);
  for (const block of blocks) block.reason = block.region.removed ?? barReason(block);
  dropOutsideMain(blocks, regions);
  dropOuterLinkLists(blocks, regions);
  restoreWhenEmpty(blocks);
}

/** True when what is left of a page is a list of links: an index or a table of contents. */
export function isIndexPage(blocks: readonly HtmlBlock[]): boolean {
  let text = 0;
  let linked = 0;
  let links = 0;
  for (const block of blocks) {
    if (block.reason !== undefined || block.kind === 'heading') continue;
    text += block.text.length;
    linked += block.linked;
    links += block.links;
  }
  return links >= 10 && linked > 0.8 * text;
}

function gather(blocks: readonly HtmlBlock[], regions: readonly Region[]): void {
  for (const { region, text, linked, links, localLinks, kind, level } of blocks) {
    region.text += text.length;
    region.linked += linked;
    region.links += links;
    region.localLinks += localLinks;
    if (kind === 'heading' && (level ?? 6) <= 2) region.titles++;
  }
  for (let at = regions.length - 1; at >= 0; at--) {
    const region = regions[at] as Region;
    const { parent } = region;
    if (!parent) continue;
    parent.text += region.text;
    parent.linked += region.linked;
    parent.links += region.links;
    parent.localLinks += region.localLinks;
    parent.titles += region.titles;
  }
}

function decideRegions(regions: readonly Region[]): void {
  const total = regions[0]?.text ?? 0;
  for (const region of regions) {
    region.inMain = region.main || (region.parent?.inMain ?? false);
    if (region.removed !== null) continue;
    region.removed = region.parent?.removed ?? ownReason(region, total);
  }
}

function ownReason(region: Region, total: number): string | null {
  if (region.text === 0) return null;
  const density = region.linked / region.text;
  if (isLocalContents(region, density)) return 'table-of-contents';
  const { rule } = region;
  if (!rule) return null;
  const holdsPage = region.text > 0.5 * total && density < 0.6;
  if (NEVER_TEXT.has(rule.reason)) return rule.reason;
  if (holdsPage) return null;
  if (rule.strength === 'hard') return rule.reason;
  const inMain = region.parent?.inMain ?? false;
  if (rule.reason === 'page-footer') return density > 0.3 || (region.text < 600 && !inMain) ? rule.reason : null;
  if (rule.reason === 'page-header') return !inMain && region.titles === 0 ? rule.reason : density > 0.6 && region.titles === 0 ? rule.reason : null;
  return density > 0.6 && region.titles === 0 ? rule.reason : null;
}

/** A list whose every entry leads to a place on the same page. */
function isLocalContents(region: Region, density: number): boolean {
  return (region.tag === 'ul' || region.tag === 'ol' || region.tag === 'dl' || region.tag === 'div' || region.tag === 'td')
    && region.links >= 4 && region.localLinks === region.links && density > 0.85 && region.titles === 0;
}

function barReason(block: HtmlBlock): string | undefined {
  const { text, links, linked, kind } = block;
  if (links === 0 || text.length > 400 || kind === 'heading' || kind === 'code') return undefined;
  if (linked > 0.4 * text.length && TEXINFO_BAR.test(text)) return 'navigation';
  if (text.length > 120 || linked < 2) return undefined;
  return text.replace(NAVIGATION_WORDS, '').replace(PUNCTUATION, '') === '' ? 'navigation' : undefined;
}

/** Where one part says that it is the content and holds most of the text, short pieces outside are the page's frame. */
function dropOutsideMain(blocks: readonly HtmlBlock[], regions: readonly Region[]): void {
  const main = chooseMain(blocks, regions);
  if (!main) return;
  const inside = new Map<Region, boolean>();
  for (const region of regions) inside.set(region, region === main || (region.parent !== null && inside.get(region.parent) === true));
  for (const block of blocks) {
    if (block.reason !== undefined || inside.get(block.region) === true) continue;
    const title = (block.kind === 'heading' && (block.level ?? 6) === 1) || standsWithTitle(block.region, main);
    const plain = block.text.length - block.linked;
    if (!title && plain < 200 && block.kind !== 'code' && block.kind !== 'table') block.reason = 'outside-content';
  }
}

/** A part outside the content that holds a title (a manual page's NAME, a book's head) belongs to the text. */
function standsWithTitle(region: Region, main: Region): boolean {
  const around = new Set<Region>();
  for (let at = main.parent; at; at = at.parent) around.add(at);
  for (let at: Region | null = region; at && !around.has(at); at = at.parent) if (at.titles > 0) return true;
  return false;
}

function chooseMain(blocks: readonly HtmlBlock[], regions: readonly Region[]): Region | null {
  let kept = 0;
  const own = new Map<Region, number>();
  for (const block of blocks) {
    if (block.reason !== undefined) continue;
    kept += block.text.length;
    own.set(block.region, (own.get(block.region) ?? 0) + block.text.length);
  }
  for (let at = regions.length - 1; at >= 0; at--) {
    const region = regions[at] as Region;
    if (region.parent) own.set(region.parent, (own.get(region.parent) ?? 0) + (own.get(region) ?? 0));
  }
  let best: Region | null = null;
  let bestText = 0.5 * kept;
  for (const region of regions) {
    if (!region.main || region.removed !== null) continue;
    const text = own.get(region) ?? 0;
    // Parents come before their children: a child that holds nearly all of it is the closer fit.
    if (text >= (best ? 0.85 * bestText : bestText) && text > 0) {
      best = region;
      bestText = text;
    }
  }
  return best;
}

/** Lists of links before the first or after the last prose of a page that has prose: site menus without a name. */
function dropOuterLinkLists(blocks: readonly HtmlBlock[], regions: readonly Region[]): void {
  const prose = (block: HtmlBlock): boolean => block.reason === undefined && block.kind !== 'heading' && block.text.length - block.linked > 60;
  const total = blocks.reduce((sum, block) => sum + (block.reason === undefined ? block.text.length - block.linked : 0), 0);
  if (total < 300) return;
  const first = blocks.findIndex((block) => block.reason === undefined && block.kind === 'heading');
  const firstProse = blocks.findIndex(prose);
  const last = blocks.findLastIndex(prose);
  // A menu that is a column of a layout table may stand after the page's title.
  const menus = new Map<Region, { column: boolean }>();
  for (const region of regions) {
    const outer = region.parent ? menus.get(region.parent) : undefined;
    if (outer) menus.set(region, outer);
    else if (region.links >= 8 && region.text < Math.min(6_000, total / 3) && !region.inMain && region.linked > 0.85 * region.text) menus.set(region, { column: region.tag === 'td' });
  }
  const start = first < 0 ? firstProse : Math.min(first, firstProse);
  for (const [at, block] of blocks.entries()) {
    const menu = block.reason === undefined ? menus.get(block.region) : undefined;
    if (menu && (at < start || at > last || (menu.column && at < firstProse))) block.reason = 'navigation';
  }
}

/** A page that is nothing but links or contents keeps them: they are all it says. */
function restoreWhenEmpty(blocks: readonly HtmlBlock[]): void {
  let kept = 0;
  let removed = 0;
  for (const block of blocks) {
    if (block.reason === undefined) kept += block.text.length;
    else if (!NEVER_TEXT.has(block.reason)) removed += block.text.length;
  }
  if (kept >= 200 || removed <= kept) return;
  for (const reasons of [['table-of-contents'], ['table-of-contents', 'outside-content', 'page-header', 'navigation', 'page-footer']]) {
    for (const block of blocks) {
      if (block.reason !== undefined && reasons.includes(block.reason)) {
        block.reason = undefined;
        kept += block.text.length;
      }
    }
    if (kept >= 40) return;
  }
}
