/**
 * Sentences keep their identity through markdown by private-use characters: one before a sentence, one after it,
 * with the sentence's index between. Here they become elements: a wrapper round what no source supports,
 * and a place for the source numbers after each sentence. Text only; no HTML is ever parsed.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const END = '\uE002';
const MARKS = /[\uE000-\uE002]/g;
const TOKEN = /([\uE000\uE001])(\d+)\uE002/g;
/** What a block must begin with: a mark goes behind it, or the block would be none. */
const LEAD = /^(?:\s*(?:[-*+]|\d+[.)]|#{1,6}|>)\s+)*(?:```[^\n]*\n|\|\s*)?/;
/** What a block must end with: a mark after it starts a paragraph of its own. */
const TRAIL = /(?:```|\|)\s*$/;

interface Sentence {
  readonly text: string;
  readonly after: string;
}

/** Markdown of an answer with its sentences marked. */
export function markSentences(sentences: readonly Sentence[]): string {
  return sentences
    .map(({ text, after }, index) => {
      const clean = text.replace(MARKS, '');
      const lead = LEAD.exec(clean)?.[0] ?? '';
      const gap = TRAIL.test(clean) ? '\n\n' : '';
      return `${lead}${OPEN}${index}${END}${clean.slice(lead.length)}${gap}${CLOSE}${index}${END}${after.replace(MARKS, '')}`;
    })
    .join('');
}

interface TextNode {
  readonly type: 'text';
  readonly value: string;
}
interface ElementNode {
  readonly type: 'element';
  readonly tagName: string;
  readonly properties: Record<string, unknown>;
  children: Node[];
}
interface OtherNode {
  readonly type: string;
  children?: Node[];
}
type Node = TextNode | ElementNode | OtherNode;

const isText = (node: Node): node is TextNode => node.type === 'text' && 'value' in node && typeof node.value === 'string';

/** Rehype plugin: turns the marks into `span[data-unsupported]` and `sup[data-sentence]`. */
export function rehypeSentences({ unsupported }: { readonly unsupported: ReadonlySet<number> }) {
  let current: number | null = null;
  const piece = (value: string): Node[] => {
    if (value === '') return [];
    const text: TextNode = { type: 'text', value };
    if (current === null || !unsupported.has(current)) return [text];
    return [{ type: 'element', tagName: 'span', properties: { dataUnsupported: 'true' }, children: [text] }];
  };
  const split = (value: string): Node[] => {
    const nodes: Node[] = [];
    let at = 0;
    for (const match of value.matchAll(TOKEN)) {
      nodes.push(...piece(value.slice(at, match.index)));
      at = match.index + match[0].length;
      if (match[1] === OPEN) current = Number(match[2]);
      else {
        nodes.push({ type: 'element', tagName: 'sup', properties: { dataSentence: match[2] ?? '' }, children: [] });
        current = null;
      }
    }
    return [...nodes, ...piece(value.slice(at).replace(MARKS, ''))];
  };
  const walk = (node: Node): void => {
    if (!('children' in node) || node.children === undefined) return;
    node.children = node.children.flatMap((child) => (isText(child) ? split(child.value) : [child]));
    for (const child of node.children) {
      const made = child.type === 'element' && 'tagName' in child && (child.tagName === 'sup' || 'dataUnsupported' in child.properties);
      if (!made) walk(child);
    }
  };
  return (tree: Node): void => {
    current = null;
    walk(tree);
  };
}
