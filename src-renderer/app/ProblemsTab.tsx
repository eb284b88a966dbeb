import { StateMark } from '../ui/StateMark.tsx';
import { useWindow } from '../ui/windowPort.tsx';
import type { ProblemRow } from './prepareProblems.ts';

export function ProblemsTab({ problems }: { problems: readonly ProblemRow[] }) {
  const port = useWindow();
  if (problems.length === 0) return <p className="panel-empty">No problems. What fails, and what was mended at the last start, is listed here.</p>;
  return (
    <ul className="problems" aria-label="Problems">
      {problems.map(({ key, meaning, text, hint, route }) => (
        <li key={key} className="row problem">
          <StateMark meaning={meaning} word={meaning === 'bad' ? 'Error' : 'Warning'} iconOnly />
          {route === null ? (
            <span>{text}</span>
          ) : (
            <button type="button" className="link" onClick={() => port.open(route)}>
              {text}
            </button>
          )}
          <span className="dim clip">{hint}</span>
        </li>
      ))}
    </ul>
  );
}
