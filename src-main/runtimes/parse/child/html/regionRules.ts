/**
 * What names and roles say about a part of a page. `hard` parts go whatever they hold (unless they hold the page);
 * `soft` ones only when they are mostly links.
 */
export interface RegionRule {
  readonly reason: string;
  readonly strength: 'hard' | 'soft';
}

/** A container of the page with what was counted in it. */
export interface Region {
  readonly parent: Region | null;
  readonly tag: string;
  readonly rule: RegionRule | null;
  /** Says of itself that it holds the page's content. */
  readonly main: boolean;
  /** Characters of text, of text in links, and the number of links; children are added when the page is read. */
  text: number;
  linked: number;
  links: number;
  localLinks: number;
  titles: number;
  removed: string | null;
  inMain: boolean;
}

const HARD_NAMES: Readonly<Record<string, string>> = {
  'navigation': `sphinxsidebar sphinxsidebarwrapper related navheader navfooter navbar breadcrumb breadcrumbs wy-nav-side wy-nav-top rst-versions
    rst-footer-buttons rst-breadcrumbs-buttons sidebar-drawer toc-drawer mobile-header related-pages md-header md-tabs md-sidebar md-nav md-footer md-search
    md-skip md-source bd-sidebar bd-sidebar-primary bd-sidebar-secondary bd-header bd-footer prev-next-area prev-next-footer prev-next-bottom
    theme-doc-sidebar-container theme-doc-breadcrumbs pagination-nav navpath nav-path navrow1 navrow2 navrow3 navrow4 navrow5 side-nav nav-tree main-nav
    top-nav topnav bottomnav subnav fixednav bottom-nav nav-wrapper nav-wide-wrapper nav-chapters menu-bar sidebar-scrollbox nav-container toolbar-pagination
    mw-navigation mw-panel mw-head navbox catlinks printfooter mw-editsection skip-link skiplink skipnav skip-nav skip-to-content jump-to-nav
    searchbox search-form msearchbox msearchselectwindow msearchresultswindow searchmenu mkdocs-search-modal mainmenu mobilemenu submenu
    edit-this-page edit-page-link editlink page-edit theme-edit-this-page tocnavigation nav-header nav-footer header-nav footer-nav site-nav
    nosearch noindex no-search wy-breadcrumbs wy-side-scroll crumbs copy-path node-navigation cookie-banner pagernav navlinks nav_path`,
  'page-footer': 'theme-doc-footer site-footer page-footer footer-wrapper global-footer mw-footer last-updated footer-text docs-footer colophon-footer rst-footer',
  'table-of-contents': `toc localtoc globaltoc local-toc toc-title tocwrapper toc-wrapper table-of-contents tableofcontents table_of_contents theme-doc-toc-desktop theme-doc-toc-mobile
    bd-toc page-toc pagetoc on-this-page shortcontents summarycontents element-shortcontents element-contents doc-toc list-of-tables list-of-figures list-of-examples list-of-procedures mini-toc
    toc_container minitoc`,
  'page-header': 'titlearea site-header page-banner announcement-bar announcementbar docs-header',
  'control': 'tooltip copybtn copy-button test-arrow toggle-label theme-popup',
  'hidden': 'sr-only hideme visually-hidden visuallyhidden screen-reader-text screen-reader-only nodisplay noscreen print-only',
  'line-numbers': 'linenos linenodiv lineno line-numbers linenumbers gutter blob-num line-number',
};

const SOFT_NAMES: Readonly<Record<string, string>> = {
  'navigation': 'nav navigation sidebar side-bar sidemenu sidenav menu topmenu leftmenu pager pagination prevnext prev-next tablist tabs tabs2 tabs3 header banner links siteheader topbar quicklinks leftnav rightnav leftcol left-column navcolumn',
  'page-footer': 'footer foot bottom copyright siteinfo',
};

const MAIN_NAMES = new Set(`content main-content maincontent main_content body-content bodywrapper document documentwrapper doc-content contents rst-content markdown-body
  theme-doc-markdown md-content doc-body docbody page-content pagecontent content-body post-content entry-content article article-body articlebody bodytext mw-content-text
  contentcontainer content-container maincolumn main-column maincontainer`.split(/\s+/));

const NAMES = new Map<string, RegionRule>();
for (const [reason, names] of Object.entries(SOFT_NAMES)) for (const name of names.split(/\s+/)) NAMES.set(name, { reason, strength: 'soft' });
for (const [reason, names] of Object.entries(HARD_NAMES)) for (const name of names.split(/\s+/)) NAMES.set(name, { reason, strength: 'hard' });

const ROLES: Readonly<Record<string, RegionRule>> = {
  navigation: { reason: 'navigation', strength: 'hard' },
  search: { reason: 'navigation', strength: 'hard' },
  contentinfo: { reason: 'page-footer', strength: 'hard' },
  banner: { reason: 'page-header', strength: 'soft' },
  complementary: { reason: 'navigation', strength: 'soft' },
  tablist: { reason: 'control', strength: 'hard' },
};

const TAGS: Readonly<Record<string, RegionRule>> = {
  nav: { reason: 'navigation', strength: 'hard' },
  footer: { reason: 'page-footer', strength: 'soft' },
  header: { reason: 'page-header', strength: 'soft' },
  aside: { reason: 'navigation', strength: 'soft' },
  menu: { reason: 'navigation', strength: 'soft' },
};

/** Attributes that the reader keeps of an element. */
export interface ElementAttributes {
  id?: string;
  name?: string;
  class?: string;
  role?: string;
  rowspan?: string;
  href?: string;
  style?: string;
  hidden?: string;
  'aria-hidden'?: string;
  'aria-level'?: string;
  lang?: string;
  content?: string;
  charset?: string;
  'http-equiv'?: string;
  size?: string;
  property?: string;
}

/** `class` and `id` as lower-case words. */
export function nameWords(attributes: ElementAttributes): string[] {
  const words: string[] = [];
  if (attributes.class) for (const word of attributes.class.toLowerCase().split(/\s+/)) if (word) words.push(word);
  if (attributes.id) words.push(attributes.id.toLowerCase());
  return words;
}

export function regionRule(tag: string, attributes: ElementAttributes, words: readonly string[]): RegionRule | null {
  const byRole = attributes.role === undefined ? undefined : ROLES[attributes.role.toLowerCase()];
  if (byRole) return byRole;
  let soft: RegionRule | null = TAGS[tag] ?? null;
  if (soft?.strength === 'hard') return soft;
  if (words.includes('contents') && (words.includes('topic') || words.includes('local'))) return { reason: 'table-of-contents', strength: 'hard' };
  for (const word of words) {
    const rule = NAMES.get(word);
    if (rule?.strength === 'hard') return rule;
    if (rule) soft = rule;
  }
  return soft;
}

export function isMainRegion(tag: string, attributes: ElementAttributes, words: readonly string[]): boolean {
  if (tag === 'main' || tag === 'article' || attributes.role === 'main' || attributes.role === 'article') return true;
  if (words.length === 0) return false;
  if (words.includes('body') && tag === 'div') return true;
  return words.some((word) => MAIN_NAMES.has(word)) && !words.includes('topic') && !words.includes('local');
}

export function isHidden(attributes: ElementAttributes): boolean {
  if (attributes.role === 'tabpanel') return false;
  if (attributes.hidden !== undefined && attributes.hidden !== 'until-found') return true;
  if (attributes['aria-hidden'] === 'true') return true;
  const style = attributes.style;
  return style !== undefined && /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style);
}
