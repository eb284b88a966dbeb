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
  /** Last changed on that day or later, by the document's own date, else the file's. */
  after: Day.optional(),
  /** Last changed before that day. */
  before: Day.optional(),
});
export type DocumentFilter = z.infer<typeof DocumentFilter>;
