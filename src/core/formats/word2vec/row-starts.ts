/** Byte positions of rows, of unknown number: a file may be larger than 32 bits count. Grows by doubling. */
export class RowStarts {
  length = 0;
  private items = new Float64Array(256);

  push(position: number): void {
    if (this.length === this.items.length) {
      const larger = new Float64Array(this.items.length * 2);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.length] = position;
    this.length += 1;
  }

  at(index: number): number {
    return this.items[index] ?? 0;
  }
}
