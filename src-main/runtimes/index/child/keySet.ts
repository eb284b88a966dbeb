/** A set of chunk keys, one bit each: a million take 125 kB. */
export class KeySet {
  #bits = new Uint8Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(key: number): boolean {
    return (((this.#bits[key >> 3] ?? 0) >> (key & 7)) & 1) === 1;
  }

  add(key: number): void {
    if (this.has(key)) return;
    const byte = key >> 3;
    if (byte >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[byte] = (this.#bits[byte] as number) | (1 << (key & 7));
    this.#size++;
  }

  delete(key: number): void {
    if (!this.has(key)) return;
    this.#bits[key >> 3] = (this.#bits[key >> 3] as number) & ~(1 << (key & 7));
    this.#size--;
  }
}
