import { Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import type { Answer } from '#contract/knowledge.ts';
import { CitationMark } from './CitationMark.tsx';
import { markSentences, rehypeSentences } from './rehypeSentences.ts';
import { safeLink } from './safeLink.ts';

const UNSUPPORTED = 'No passage that was found supports this sentence.';

/** An answer as markdown. HTML in it stays text, pictures are not loaded, links show where they lead. */
export function AnswerMarkdown({ text, answer }: { text: string; answer: Answer }) {
  const { sentences, citations } = answer;
  const checked = answer.state === 'done' && sentences.length > 0;
  const unsupported = useMemo(() => new Set(checked && answer.by === 'model' ? sentences.flatMap(({ supported }, index) => (supported ? [] : [index])) : []), [sentences, checked, answer.by]);
  const components = useMemo((): Components => {
    return {
      a: ({ href, children }) => {
        const link = safeLink(href);
        if (link === null) return <>{children}</>;
        return (
          <a className="link" href={link.href} target="_blank" rel="noreferrer noopener" referrerPolicy="no-referrer">
            {children} <span className="faint">({link.shown})</span>
          </a>
        );
      },
      img: ({ alt }) => <span className="faint">[picture{alt ? `: ${alt}` : ''}, not loaded]</span>,
      span: ({ node, children }) => (node?.properties['dataUnsupported'] === 'true' ? <span className="unsupported" title={UNSUPPORTED}>{children}</span> : <span>{children}</span>),
      sup: ({ node, children }) => {
        const index = Number(node?.properties['dataSentence'] ?? Number.NaN);
        const sentence = sentences[index];
        if (sentence === undefined) return <sup>{children}</sup>;
        if (sentence.citations.length === 0) return unsupported.has(index) ? <UnsupportedMark /> : null;
        return (
          <span className="cites">
            {sentence.citations.flatMap((number) => citations.filter((citation) => citation.number === number)).map((citation) => (
              <CitationMark key={citation.number} citation={citation} answer={answer} />
            ))}
          </span>
        );
      },
    };
  }, [answer, sentences, citations, unsupported]);
  return (
    <Markdown remarkPlugins={[remarkGfm]} rehypePlugins={checked ? [[rehypeSentences, { unsupported }]] : []} components={components}>
      {checked ? markSentences(sentences) : text}
    </Markdown>
  );
}

function UnsupportedMark() {
  return (
    <Tooltip label={UNSUPPORTED}>
      <span className="unsupported-mark" tabIndex={0} role="note" aria-label={UNSUPPORTED}>
        ?
      </span>
    </Tooltip>
  );
}
