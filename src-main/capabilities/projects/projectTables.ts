/** Tables of the person's own database that the projects capability owns. */
export interface ProjectTables {
  projects_recent: { folder: string; id: string; name: string; opened_at_ms: number; trusted: number };
  projects_settings: { name: string; value: string };
}
