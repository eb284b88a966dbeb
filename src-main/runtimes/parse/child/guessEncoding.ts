const SAMPLE = 65_536;
/** Of all letters, the share outside of ASCII from which a text is not Western: German and Czech stay far below. */
const NOT_WESTERN = 0.5;
const KANA = 0.15;
const CYRILLIC = ['windows-1251', 'koi8-r', 'iso-8859-5', 'ibm866'] as const;

/**
 * The encoding of a text that is mostly not Latin, told by its letters; null for Western text and whatever is not sure.
 * Only for bytes that are neither UTF-8 nor UTF-16.
 */
export function guessEncoding(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE);
  let high = 0;
  let letters = 0;
  for (const byte of sample) {
    if (byte >= 0x80) high += 1;
    else if ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)) letters += 1;
  }
  if (high < 8 || high < NOT_WESTERN * letters) return null;
  return japanese(sample) ?? korean(sample) ?? chinese(sample) ?? cyrillic(sample);
}

/** Null where the bytes cannot be of this encoding. A character that the sample cuts in two is no fault. */
function read(encoding: string, sample: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function share(text: string | null, wanted: RegExp): number {
  const foreign = text?.match(/[^\0-\x7f]/gu)?.length ?? 0;
  return text === null || foreign === 0 ? 0 : (text.match(wanted)?.length ?? 0) / foreign;
}

/** Chinese encodings hold kana too, at the same places, but no Chinese text uses them. */
function japanese(sample: Uint8Array): string | null {
  return ['shift_jis', 'euc-jp'].find((encoding) => {
    const text = read(encoding, sample);
    return share(text, /[\u3041-\u30fe]/gu) >= KANA && share(text, /[\uff61-\uff9f]/gu) < 0.1;
  }) ?? null;
}

function korean(sample: Uint8Array): string | null {
  return share(read('euc-kr', sample), /[\uac00-\ud7a3]/gu) >= 0.8 ? 'euc-kr' : null;
}

/** Everyday characters of GB have two high bytes; half of those of Big5 have a low second one. */
function chinese(sample: Uint8Array): string | null {
  let pairs = 0;
  let low = 0;
  for (let at = 0; at + 1 < sample.length; at += 1) {
    if ((sample[at] ?? 0) < 0x81) continue;
    at += 1;
    pairs += 1;
    if ((sample[at] ?? 0) < 0xa1) low += 1;
  }
  const order = low > 0.1 * pairs ? ['big5', 'gb18030'] : ['gb18030', 'big5'];
  return order.find((encoding) => share(read(encoding, sample), /[\u3000-\u303f\u4e00-\u9fff\uff00-\uff60]/gu) >= 0.9) ?? null;
}

/** In the wrong one of these, small letters come out as capitals or as frames of boxes. */
function cyrillic(sample: Uint8Array): string | null {
  const scored = CYRILLIC.map((encoding) => ({ encoding, score: share(read(encoding, sample), /[\u0430-\u045f]/gu) })).sort((a, b) => b.score - a.score);
  const [best] = scored;
  return best && best.score >= 0.7 ? best.encoding : null;
}
