import { makeZip, type MadeEntry } from './makeZip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';

export type Parts = Readonly<Record<string, string | Uint8Array>>;

const zipParts = (parts: Parts): Buffer => makeZip(Object.entries(parts).map(([name, data]): MadeEntry => ({ name, data, stored: name === 'mimetype' })));
const contentTypes = (main: string, part: string): string => `${XML}<Types xmlns="${TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${main}.main+xml"/></Types>`;
/** A relations part: `[id, type, target]` each. */
export const relations = (list: readonly (readonly [string, string, string])[]): string =>
  `${XML}<Relationships xmlns="${RELATIONS}">${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${R}/${type}" Target="${target}"/>`).join('')}</Relationships>`;
const coreProperties = (inner: string): string => `${XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">${inner}</cp:coreProperties>`;

const STYLES = `${XML}<w:styles xmlns:w="${W}"><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="de-AT"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Eigene"><w:name w:val="Eigene"/><w:basedOn w:val="berschrift1"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Kreis"><w:name w:val="Kreis"/><w:basedOn w:val="Rund"/></w:style>
<w:style w:type="paragraph" w:styleId="Rund"><w:name w:val="Rund"/><w:basedOn w:val="Kreis"/></w:style>
<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="character" w:styleId="Geheim"><w:name w:val="Geheim"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`;

/** A DOCX with this in its body; other parts may be added or put in place of the made ones. */
export function makeDocx(body: string, parts: Parts = {}): Buffer {
  return zipParts({
    '[Content_Types].xml': contentTypes('wordprocessingml.document', 'word/document.xml'),
    '_rels/.rels': relations([['rId1', 'officeDocument', 'word/document.xml'], ['rId2', 'metadata/core-properties', 'docProps/core.xml']]),
    'word/document.xml': `${XML}<w:document xmlns:w="${W}" xmlns:r="${R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>${body}</w:body></w:document>`,
    'word/styles.xml': STYLES,
    ...parts,
  });
}

export const paragraph = (text: string, properties = ''): string => `<w:p>${properties === '' ? '' : `<w:pPr>${properties}</w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
export const docxTable = (rows: readonly (readonly string[])[]): string => `<w:tbl>${rows.map((row) => `<w:tr>${row.map((cell) => `<w:tc>${cell}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`;
export const docxProperties = coreProperties;
export const docxPart = (root: string, inner: string): string => `${XML}<w:${root} xmlns:w="${W}">${inner}</w:${root}>`;

const P = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"';
export const shape = (placeholder: string, paragraphs: readonly string[]): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:nvPr>${placeholder === '' ? '' : `<p:ph type="${placeholder}"/>`}</p:nvPr></p:nvSpPr><p:txBody><a:bodyPr/>${paragraphs.map((text) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;

/** A PPTX; its slides' files are numbered against their order. */
export function makePptx(slides: readonly { readonly shapes: string; readonly notes?: string; readonly hidden?: boolean }[]): Buffer {
  const file = (index: number): string => `slide${slides.length - index}`;
  const parts: Record<string, string> = {
    '[Content_Types].xml': contentTypes('presentationml.presentation', 'ppt/presentation.xml'),
    '_rels/.rels': relations([['rId1', 'officeDocument', 'ppt/presentation.xml']]),
    'ppt/presentation.xml': `${XML}<p:presentation ${P} xmlns:r="${R}"><p:sldIdLst>${slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('')}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relations(slides.map((_, index) => [`rId${index + 1}`, 'slide', `slides/${file(index)}.xml`] as const)),
  };
  for (const [index, { shapes, notes, hidden }] of slides.entries()) {
    parts[`ppt/slides/${file(index)}.xml`] = `${XML}<p:sld ${P}${hidden ? ' show="0"' : ''}><p:cSld><p:spTree><p:nvGrpSpPr/>${shapes}</p:spTree></p:cSld></p:sld>`;
    if (notes === undefined) continue;
    parts[`ppt/slides/_rels/${file(index)}.xml.rels`] = relations([['rId1', 'notesSlide', `../notesSlides/${file(index)}.xml`]]);
    parts[`ppt/notesSlides/${file(index)}.xml`] = `${XML}<p:notes ${P}><p:cSld><p:spTree>${shape('body', [notes])}${shape('sldNum', ['7'])}</p:spTree></p:cSld></p:notes>`;
  }
  return zipParts(parts);
}

const S = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
/** An XLSX of sheets given as the XML of their rows. Style 1 is a date, 2 per cent, 3 two decimals with thousands. */
export function makeXlsx(sheets: readonly { readonly name: string; readonly rows: string; readonly hidden?: boolean }[], strings: readonly string[] = [], parts: Parts = {}): Buffer {
  const made: Record<string, string> = {
    '[Content_Types].xml': contentTypes('spreadsheetml.sheet', 'xl/workbook.xml'),
    '_rels/.rels': relations([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `${XML}<workbook xmlns="${S}" xmlns:r="${R}"><sheets>${sheets.map(({ name, hidden }, index) => `<sheet name="${name}" sheetId="${index + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${index + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([...sheets.map((_, index) => [`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`] as const), ['rId90', 'sharedStrings', 'sharedStrings.xml'], ['rId91', 'styles', 'styles.xml']]),
    'xl/sharedStrings.xml': `${XML}<sst xmlns="${S}">${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    'xl/styles.xml': `${XML}<styleSheet xmlns="${S}"><numFmts><numFmt numFmtId="164" formatCode="#,##0.00&quot; kg&quot;"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
  };
  for (const [index, { rows }] of sheets.entries()) made[`xl/worksheets/sheet${index + 1}.xml`] = `${XML}<worksheet xmlns="${S}"><sheetData>${rows}</sheetData></worksheet>`;
  return zipParts({ ...made, ...parts });
}

const ODF = 'urn:oasis:names:tc:opendocument:xmlns';
const NAMESPACES = ['office', 'text', 'table', 'style', 'meta', 'presentation'].map((name) => `xmlns:${name}="${ODF}:${name}:1.0"`).join(' ');
const ODF_ROOT = `${NAMESPACES} xmlns:draw="${ODF}:drawing:1.0" xmlns:fo="${ODF}:xsl-fo-compatible:1.0" xmlns:svg="${ODF}:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"`;

/** An OpenDocument file of a kind; `automatic` are the automatic styles. */
export function makeOdf(kind: 'text' | 'spreadsheet' | 'presentation', body: string, { automatic = '', parts = {} }: { readonly automatic?: string; readonly parts?: Parts } = {}): Buffer {
  return zipParts({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'content.xml': `${XML}<office:document-content ${ODF_ROOT}><office:automatic-styles>${automatic}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    'meta.xml': `${XML}<office:document-meta ${ODF_ROOT}><office:meta><dc:title>Made</dc:title><meta:initial-creator>Ada</meta:initial-creator><dc:language>en-GB</dc:language><meta:keyword>one</meta:keyword><meta:keyword>two</meta:keyword></office:meta></office:document-meta>`,
    'META-INF/manifest.xml': `${XML}<manifest:manifest xmlns:manifest="${ODF}:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml"/></manifest:manifest>`,
    ...parts,
  });
}

/** An EPUB of pages given as the inside of their bodies, in reading order. */
export function makeEpub(pages: readonly string[], parts: Parts = {}): Buffer {
  const made: Record<string, string> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': `${XML}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>`,
    'OEBPS/book.opf': `${XML}<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>A made book</dc:title><dc:creator>Ada</dc:creator><dc:language>en</dc:language><dc:date>2020-02-03</dc:date></metadata><manifest><item id="nav" href="nav.xhtml" properties="nav"/><item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>${pages.map((_, index) => `<item id="p${index}" href="text/page%20${index}.xhtml" media-type="application/xhtml+xml"/>`).join('')}</manifest><spine toc="ncx"><itemref idref="nav"/>${pages.map((_, index) => `<itemref idref="p${index}"/>`).join('')}</spine></package>`,
    'OEBPS/nav.xhtml': '<html><body><nav><a href="x">Contents of the book</a></nav></body></html>',
    'OEBPS/toc.ncx': `${XML}<ncx><navMap>${pages.map((_, index) => `<navPoint><navLabel><text>Part ${index + 1}</text></navLabel><content src="text/page%20${index}.xhtml"/></navPoint>`).join('')}</navMap></ncx>`,
  };
  for (const [index, page] of pages.entries()) made[`OEBPS/text/page ${index}.xhtml`] = `${XML}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>${page}</body></html>`;
  return zipParts({ ...made, ...parts });
}
