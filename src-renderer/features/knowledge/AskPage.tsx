import type { Route } from '../../lib/route.ts';
export function AskPage({ route }: { route: Route }) {
  return <div className="place">{route.place}</div>;
}
