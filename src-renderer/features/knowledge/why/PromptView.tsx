import type { AnswerTrace } from '#contract/why.ts';
import { formatThings } from '../../../lib/formatCount.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Digest } from '../../../ui/Digest.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { describePrompt, prepareTimings } from './prepareWhy.ts';

/** What the model was given, to the letter, and what it wrote before anything was checked. */
export function PromptView({ trace }: { trace: AnswerTrace }) {
  const { prompt, written } = trace;
  return (
    <section className="why-section" aria-label="Prompt">
      <h2 className="section-title">Prompt, exactly as it was sent</h2>
      <p className="dim">{describePrompt(prompt)}</p>
      {prompt?.messages.map(({ role, content, tokens }, index) => (
        // Messages of one prompt never change places.
        <div key={index} className="prompt-message">
          <div className="prompt-head">
            <span className="tag">{role}</span>
            <span className="faint num">{formatThings(tokens, 'token')}</span>
            <span className="grow" />
            <CopyButton text={content} />
          </div>
          <pre className="prompt-text" tabIndex={0}>{content}</pre>
        </div>
      ))}
      {written === null ? null : (
        <div className="prompt-message">
          <div className="prompt-head">
            <span className="tag tag-accent">written</span>
            <span className="faint">before anything was checked or replaced</span>
            <span className="grow" />
            <CopyButton text={written} />
          </div>
          <pre className="prompt-text" tabIndex={0}>{written === '' ? 'Nothing.' : written}</pre>
        </div>
      )}
    </section>
  );
}

export function WhyFacts({ trace }: { trace: AnswerTrace }) {
  const { digests } = trace;
  const digest = (name: string, value: string | null) => (value === null ? [] : [{ name, value: <Digest value={value} /> }]);
  return (
    <section className="why-section why-facts" aria-label="Times and digests">
      <div>
        <h2 className="section-title">Where the time went</h2>
        <dl className="timings">
          {prepareTimings(trace.timingsMs).map(({ name, time, share }) => (
            <div key={name} className="timing">
              <dt>{name}</dt>
              <dd className="timing-bar" aria-hidden><span style={{ width: `${share * 100}%` }} /></dd>
              <dd className="num">{time}</dd>
            </div>
          ))}
        </dl>
      </div>
      <Facts
        title="What it was made with"
        facts={[
          ...digest('Model', digests.model),
          ...digest('Transformer', digests.embedder),
          ...digest('Static vectors', digests.staticEmbedder),
          { name: 'Snapshot', value: <Digest value={trace.snapshotId} /> },
          ...(trace.prompt === null ? [] : [{ name: 'Seed', value: String(trace.prompt.seed), mono: true }]),
          ...(trace.threads === null ? [] : [{ name: 'Threads', value: String(trace.threads), mono: true }]),
        ]}
      />
    </section>
  );
}
