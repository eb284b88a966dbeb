import { z } from 'zod';
import { DocumentFormat } from './document.ts';

const Day = z.iso.date().describe('YYYY-MM-DD');

/** Narrows a search or a question to documents by what is known of them. Several values of one field: any of them; several fields: all of them. */
export const DocumentFilter = z.strictObject({
  format: z.array(DocumentFormat).max(30).optional(),
  /** BCP 47; `de` also means `de-CH`. */
  language: z.array(z.string().min(1).max(35)).max(30).optional(),
  /** Part of the author's name, without case. */
  author: z.string().min(1).max(200).optional(),
  /** Beginning of the file's path, or a pattern with `*`. */
  path: z.string().min(1).max(1000).optional(),
  /** Dated on that day or later: when the document says that it was changed, else made, else its file's date. */
  after: Day.optional(),
  /** Dated before that day. */
  before: Day.optional(),
});
export type DocumentFilter = z.infer<typeof DocumentFilter>;
