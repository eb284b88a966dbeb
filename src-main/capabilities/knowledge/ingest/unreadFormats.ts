import path from 'node:path';

const GROUPS: readonly (readonly [string, string])[] = [
  ['Images are not read', 'png jpg jpeg gif webp bmp ico tif tiff svg heic avif'],
  ['Audio and video are not read', 'mp3 mp4 wav ogg flac mkv avi mov webm m4a'],
  ['Fonts are not read', 'woff woff2 ttf otf eot'],
  ['Old Office formats are not read: save it as DOCX, XLSX, PPTX or PDF', 'doc dot ppt pps xls xlsb msg pub vsd'],
  ['Apple iWork documents are not read: save it as PDF', 'pages numbers'],
  ['Style sheets and build products hold no text to answer from', 'css map inv pyc o so dll exe class wasm'],
];

const REASONS: ReadonlyMap<string, string> = new Map(GROUPS.flatMap(([reason, extensions]) => extensions.split(' ').map((extension) => [`.${extension}`, reason] as const)));

/** Why a file is not even opened, by its extension; null for everything that is worth a look at its bytes. */
export function unreadReason(file: string): string | null {
  return REASONS.get(path.posix.extname(file).toLowerCase()) ?? null;
}
