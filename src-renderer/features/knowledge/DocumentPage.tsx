import type { Route } from '../../lib/route.ts';
export function DocumentPage({ route }: { route: Route }) {
  return <div className="place">{route.place}</div>;
}
