export function SettingsPage() {
  return <div className="place" />;
}
