import { Button } from '@mantine/core';
import { useProjectFile, useSchemas } from '../../client/projectQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { FileEditor } from './FileEditor.tsx';

/** A project file in the editor, with the schema that the owner names for it. */
export function FilePage({ path }: { path: string }) {
  const file = useProjectFile(path);
  const schemas = useSchemas();
  if (file.error !== null) {
    return (
      <div className="place">
        <PlaceHeader title={path} />
        <ErrorState title={`${path} could not be opened`} {...toProblem(file.error)} action={<Button onClick={() => void file.refetch()}>Try again</Button>} />
      </div>
    );
  }
  if (file.data === undefined || (schemas.data === undefined && schemas.error === null)) {
    return (
      <div className="place">
        <PlaceHeader title={path} />
        <LoadingRows rows={12} label={`Loading ${path}`} />
      </div>
    );
  }
  const { schema } = file.data;
  return <FileEditor file={file.data} schema={schema === null ? null : (schemas.data?.[schema] ?? null)} onReload={() => void file.refetch()} />;
}
