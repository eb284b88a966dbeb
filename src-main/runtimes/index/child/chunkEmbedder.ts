import { normalise, type StaticModel } from './staticModel.ts';

/** Share of the title and heading path in a chunk's vector, against 1 for its text. */
const HEADING_SHARE = 0.35;

/** Embeds one document's chunks: their text, with the title and headings above it mixed in. Neighbours share headings, so the last is kept. */
export function chunkEmbedder(model: StaticModel, title: string): (chunk: { text: string; headings: readonly string[] }, out: Float32Array) => void {
  const headingVector = new Float32Array(model.dimensions);
  let lastHeading: string | undefined;
  return (chunk, out) => {
    const heading = `${title} ${chunk.headings.join(' ')}`;
    if (heading !== lastHeading) model.embedInto(heading, headingVector);
    lastHeading = heading;
    model.embedInto(chunk.text, out);
    for (let d = 0; d < out.length; d++) out[d] = (out[d] as number) + HEADING_SHARE * (headingVector[d] as number);
    normalise(out);
  };
}
