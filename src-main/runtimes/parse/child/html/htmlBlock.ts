import type { RawBlock } from '../assembleDocument.ts';
import type { Region } from './regionRules.ts';

/** A block with what cleaning needs to know of it. */
export interface HtmlBlock extends RawBlock {
  region: Region;
  linked: number;
  links: number;
  /** Links to a place on the same page. */
  localLinks: number;
  bold: number;
}

export interface WalkedPage {
  readonly blocks: HtmlBlock[];
  readonly regions: Region[];
  readonly title: string;
  readonly metadata: Record<string, string>;
  readonly language: string | undefined;
  readonly removed: Record<string, number>;
  readonly frames: number;
}
