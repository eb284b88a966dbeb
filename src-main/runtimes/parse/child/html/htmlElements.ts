import type { BlockKind } from '#contract/document.ts';

/** What an element means for the text around it. Elements that are not in the table are inline and leave no trace. */
export interface ElementRule {
  readonly flow: 'block' | 'void' | 'drop' | 'link';
  readonly kind?: BlockKind;
  readonly level?: number;
  readonly pre?: boolean;
  /** Gathers statistics for the choice of what is navigation. */
  readonly region?: boolean;
  /** Open elements that this one ends, looked for up to `within`. */
  readonly ends?: ReadonlySet<string>;
  readonly within?: ReadonlySet<string>;
  /** Why a dropped element is not text. */
  readonly reason?: string;
}

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));
const TABLE_SCOPE = set('table');
const CELL_SCOPE = set('table tr');
const LIST_SCOPE = set('ul ol menu dir table td th');
const DL_SCOPE = set('dl table td th');
const HEADINGS = set('h1 h2 h3 h4 h5 h6 p');

const rules = new Map<string, ElementRule>();
function add(names: string, rule: ElementRule): void {
  for (const name of names.split(' ')) rules.set(name, rule);
}

const PARAGRAPH = set('p');
add('article aside center details dialog div fieldset figure footer form header hgroup main nav section ul ol menu dir', { flow: 'block', region: true, ends: PARAGRAPH });
add('dl', { flow: 'block', region: true, ends: PARAGRAPH, kind: 'paragraph' });
add('address figcaption legend summary body html head frameset', { flow: 'block', ends: PARAGRAPH });
add('blockquote', { flow: 'block', kind: 'quote', ends: PARAGRAPH });
add('p', { flow: 'block', ends: PARAGRAPH });
for (let level = 1; level <= 6; level++) add(`h${level}`, { flow: 'block', kind: 'heading', level, ends: HEADINGS });
add('li', { flow: 'block', kind: 'list', ends: set('li'), within: LIST_SCOPE });
add('dt', { flow: 'block', kind: 'definition', ends: set('dt dd'), within: DL_SCOPE });
add('dd', { flow: 'block', kind: 'paragraph', ends: set('dt dd'), within: DL_SCOPE });
add('pre listing xmp plaintext', { flow: 'block', kind: 'code', pre: true, ends: PARAGRAPH });
add('table', { flow: 'block', region: true, ends: PARAGRAPH });
add('caption', { flow: 'block', kind: 'paragraph', within: TABLE_SCOPE });
add('tbody thead tfoot', { flow: 'block', ends: set('tbody thead tfoot caption'), within: TABLE_SCOPE });
add('tr', { flow: 'block', ends: set('tr caption'), within: TABLE_SCOPE });
add('td th', { flow: 'block', kind: 'paragraph', region: true, ends: set('td th caption'), within: CELL_SCOPE });
add('a', { flow: 'link', ends: set('a'), within: set('p li td th div dd dt') });
add('area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr', { flow: 'void' });
add('script style template noscript canvas audio video', { flow: 'drop', reason: 'script' });
add('noembed noframes iframe', { flow: 'drop', reason: 'embedded' });
add('svg', { flow: 'drop', reason: 'diagram' });
add('select button textarea datalist', { flow: 'drop', reason: 'control' });
add('annotation annotation-xml', { flow: 'drop', reason: 'hidden' });

export const ELEMENTS: ReadonlyMap<string, ElementRule> = rules;

/** A closing tag never reaches out of these. */
export const SCOPES = set('table td th caption');
export const INLINE_DROPS = set('select button canvas audio video');
