export function ModelsPage() {
  return <div className="place" />;
}
