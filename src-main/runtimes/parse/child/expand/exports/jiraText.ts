import { field, listField, textField } from '../../data/jsonValue.ts';
import { escapeText } from '../exportPage.ts';

const DEPTH = 60;

/** A Jira text as Markdown: wiki markup, or the tree of Atlassian's document format. */
export function jiraText(value: unknown): string {
  if (typeof value === 'string') return wikiText(value);
  return field(value, 'type') === 'doc' ? adfBlocks(value, 0).trim() : '';
}

function wikiText(source: string): string {
  const parts = source.replaceAll('\r\n', '\n').split(/(\{(?:code|noformat)(?::[^}]*)?\}[^]*?\{(?:code|noformat)\})/);
  return parts.map((part, at) => (at % 2 === 1 ? fenced(part.replace(/^\{[^}]*\}\n?/, '').replace(/\n?\{(?:code|noformat)\}$/, '')) : wikiProse(part))).join('').trim();
}

const fenced = (code: string): string => `\n\n\`\`\`\n${code.replaceAll('```', "'''")}\n\`\`\`\n\n`;

function wikiProse(text: string): string {
  return text.split('\n').map((line) => {
    const heading = /^h([1-6])\.\s+(.*)$/.exec(line);
    if (heading) return `\n${'#'.repeat(Math.min(6, Number(heading[1]) + 1))} ${escapeText(heading[2] ?? '')}\n`;
    const item = /^([*#-]+)\s+(.*)$/.exec(line);
    if (item && item[1] !== '----') return `${'  '.repeat(Math.min(6, (item[1] as string).length - 1))}- ${escapeText(links(item[2] ?? ''))}`;
    return escapeText(links(line.replace(/^bq\.\s+/, '').replaceAll(/\{(?:quote|panel|color|info|note)(?::[^}]*)?\}/g, '')));
  }).join('\n');
}

const links = (text: string): string => text.replaceAll(/\[([^|\]\n]+)\|([^\]\s|]+)[^\]]*\]/g, '$1 ($2)').replaceAll(/\{\{([^}\n]+)\}\}/g, '$1');

function adfBlocks(node: unknown, depth: number): string {
  if (depth > DEPTH) return '';
  const children = listField(node, 'content');
  switch (textField(node, 'type')) {
    case 'paragraph': return `${adfInline(node, depth)}\n\n`;
    case 'heading': return `${'#'.repeat(Math.min(6, (Number(field(field(node, 'attrs'), 'level')) || 1) + 1))} ${adfInline(node, depth).replaceAll('\n', ' ')}\n\n`;
    case 'codeBlock': return fenced(children.map((child) => textField(child, 'text')).join(''));
    case 'listItem': return `- ${children.map((child) => adfBlocks(child, depth + 1)).join('').trim().replaceAll('\n', '\n  ')}\n`;
    case 'bulletList': case 'orderedList': return `${children.map((child) => adfBlocks(child, depth + 1)).join('')}\n`;
    case 'tableRow': return `- ${children.map((cell) => listField(cell, 'content').map((child) => adfBlocks(child, depth + 1)).join(' ').replaceAll(/\s+/g, ' ').trim()).join('; ')}\n`;
    case 'blockquote': case 'panel': return `${children.map((child) => adfBlocks(child, depth + 1)).join('').trim().split('\n').map((line) => `> ${line}`).join('\n')}\n\n`;
    default: return children.length > 0 ? children.map((child) => adfBlocks(child, depth + 1)).join('') : adfInline({ content: [node] }, depth);
  }
}

function adfInline(node: unknown, depth: number): string {
  if (depth > DEPTH) return '';
  return listField(node, 'content').map((child) => {
    const attrs = field(child, 'attrs');
    switch (textField(child, 'type')) {
      case 'text': return escapeText(textField(child, 'text'));
      case 'hardBreak': return '\n';
      case 'mention': case 'emoji': case 'status': return escapeText(textField(attrs, 'text'));
      case 'inlineCard': return escapeText(textField(attrs, 'url'));
      default: return adfInline(child, depth + 1);
    }
  }).join('');
}
