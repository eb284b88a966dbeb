/** One file in an archive; its bytes are unpacked when it is read. */
export interface ArchiveEntry {
  /** As written: never a path. */
  readonly name: string;
  readonly modifiedMs: number | null;
  /** @throws AppError of the DOCUMENT_ codes */
  read(): Buffer;
}

export interface OpenedArchive {
  readonly kind: string;
  readonly entries: readonly ArchiveEntry[];
  readonly problems: readonly { readonly name: string; readonly reason: string }[];
}
