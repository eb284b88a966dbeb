import { useState } from 'react';
import { toProblem } from '../../client/problem.ts';
import { useProjectFiles } from '../../client/projectQueries.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { CodeFileIcon, FolderIcon } from '../../ui/icons.ts';
import { listKeyHandler } from '../../ui/listKeyHandler.ts';
import { LoadingRows } from '../../ui/Loading.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { prepareFileTree } from './prepareFileTree.ts';

const SHOWN = 200;

/** The files that belong in git; Enter or a click opens one in the editor. */
export function ProjectFiles() {
  const files = useProjectFiles();
  const port = useWindow();
  // Among the files: a folder has nothing to open, so the keys pass over it.
  const [at, setAt] = useState(0);
  const rows = prepareFileTree(files.data ?? []);
  const shown = rows.slice(0, SHOWN);
  const paths = shown.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const open = (index: number): void => {
    const path = paths[index];
    if (path !== undefined) port.open({ place: 'file', path });
  };
  return (
    <section className="home-section" aria-labelledby="home-files">
      <h2 className="section-title" id="home-files">Project files</h2>
      {files.error === null ? null : <p className="form-error" role="alert">{toProblem(files.error).message}</p>}
      {files.data === undefined && files.error === null ? <LoadingRows rows={4} label="Loading files" /> : null}
      <div className="home-list" role="group" aria-label="Project files" onKeyDown={listKeyHandler({ count: paths.length, at, onMove: (index) => { setAt(index); document.getElementById(`project-file-${index}`)?.focus(); }, onOpen: open })}>
        {shown.map(({ path, name, depth, kind, sizeBytes }) => {
          const indent = { paddingLeft: 4 + depth * 16 };
          const index = paths.indexOf(path);
          if (kind === 'folder') {
            return (
              <div key={path} className="row file-row dim" style={indent} title={path}>
                <FolderIcon size={14} aria-hidden />
                <span className="clip grow">{name}</span>
              </div>
            );
          }
          return (
            <button key={path} id={`project-file-${index}`} type="button" className="plain row file-row" style={indent} onClick={() => open(index)} onFocus={() => setAt(index)} tabIndex={index === at ? 0 : -1} title={path}>
              <CodeFileIcon size={14} aria-hidden />
              <span className="clip grow">{name}</span>
              <span className="num faint">{formatBytes(sizeBytes)}</span>
            </button>
          );
        })}
      </div>
      {rows.length > SHOWN ? <p className="dim">{rows.length - SHOWN} more: press Ctrl P to find one by name.</p> : null}
    </section>
  );
}
