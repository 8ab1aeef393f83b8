/** Whole numbers below 2^32 of unknown count: positions in a text, indices. Grows by doubling. */
export class Places {
  length = 0;
  private items = new Uint32Array(256);

  push(place: number): void {
    if (this.length === this.items.length) {
      const larger = new Uint32Array(this.items.length * 2);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.length] = place;
    this.length += 1;
  }

  /** Forgets all but the first `length`. */
  cut(length: number): void {
    this.length = Math.min(this.length, length);
  }

  at(index: number): number {
    return this.items[index] ?? 0;
  }

  /** All of them; a view. */
  all(): Uint32Array {
    return this.items.subarray(0, this.length);
  }
}
