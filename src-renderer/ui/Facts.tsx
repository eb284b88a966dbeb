import { Fragment, type ReactNode } from 'react';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  readonly mono?: boolean;
  readonly title?: string;
}

/** A titled group of name and value, as the inspector shows what is selected. */
export function Facts({ title, facts }: { title: string; facts: readonly Fact[] }) {
  return (
    <section className="facts">
      <h3 className="facts-title">{title}</h3>
      <dl className="facts-list">
        {facts.map(({ name, value, mono, title: exact }) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd className={mono === true ? 'mono' : undefined} title={exact}>
              {value}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
