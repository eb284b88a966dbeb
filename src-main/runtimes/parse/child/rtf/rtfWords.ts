/** Words and symbols that stand for text. */
export const SYMBOLS: Readonly<Record<string, string>> = {
  '~': '\u00a0', '_': '-', '-': '', tab: '\t', line: '\n', lquote: '\u2018', rquote: '\u2019', ldblquote: '\u201c', rdblquote: '\u201d', emdash: '\u2014', endash: '\u2013', bullet: '\u2022', emspace: '\u2003', enspace: '\u2002', qmspace: ' ', zwj: '\u200d', zwnj: '\u200c', softline: '\n', lbr: '\n',
};
export const NOTES: ReadonlySet<string> = new Set(['footnote', 'annotation']);
export const MARGINS: ReadonlySet<string> = new Set(['header', 'headerl', 'headerr', 'headerf', 'footer', 'footerl', 'footerr', 'footerf']);
/** Groups without text of the document: pictures, tables of colours and lists, field codes, index entries, embedded data. */
export const DROPPED: ReadonlySet<string> = new Set([
  'colortbl', 'pict', 'nonshppict', 'objdata', 'objclass', 'objname', 'fldinst', 'xe', 'tc', 'tcn', 'rxe', 'txe', 'filetbl', 'revtbl', 'listtable', 'listoverridetable', 'generator', 'template', 'private', 'themedata', 'datastore', 'latentstyles', 'bkmkstart', 'bkmkend',
  'atnid', 'atnauthor', 'atrfstart', 'atrfend', 'atnref', 'atndate', 'atnparent', 'atnicn', 'atntime', 'sp', 'shprslt', 'pnseclvl', 'pn', 'ftnsep', 'ftnsepc', 'ftncn', 'aftnsep', 'aftnsepc', 'aftncn', 'nonesttables', 'datafield', 'formfield', 'password', 'picprop', 'falt', 'panose', 'htmltag', 'mhtmltag',
]);
/** Groups that older readers shall skip and that hold text all the same. */
export const KEPT_STARRED: ReadonlySet<string> = new Set(['shpinst', 'shptxt', 'footnote', 'annotation', 'ud', 'upr', 'cs', 'nesttableprops', 'fldrslt']);
