import type { Route } from '../../lib/route.ts';
export function KnowledgePage({ route }: { route: Route }) {
  return <div className="place">{route.place}</div>;
}
