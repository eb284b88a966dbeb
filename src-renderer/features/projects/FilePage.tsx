export function FilePage({ path }: { path: string }) {
  return <div className="place">{path}</div>;
}
