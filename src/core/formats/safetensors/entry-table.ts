/** One tensor as the header describes it. Offsets count from the end of the header. */
export interface HeaderEntry {
  readonly name: string;
  /** Of its key, in the file. */
  readonly at: number;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
  /** Why this describes no tensor, in a form that follows "tensor x": "has no shape". */
  readonly problem: string | undefined;
}

/** What of an entry is a number, in this order: `at`, `start`, `end`. */
const NUMBERS = 3;

/**
 * The tensors of a header, in file order, by column: hundreds of thousands of objects that live until the header is read cost
 * more time to keep than to make. An entry is made when it is asked for.
 */
export class EntryTable {
  /** They may come later than the rest of their entries, in the same order. */
  readonly names: string[] = [];
  /** True where it is known without a look at the names that each differs from the others. */
  areNamesDistinct = false;
  private readonly dtypes: string[] = [];
  private readonly shapes: (readonly number[])[] = [];
  private numbers = new Float64Array(NUMBERS * 256);
  private readonly problems = new Map<number, string>();

  get length(): number {
    return this.dtypes.length;
  }

  add(at: number, dtype: string, shape: readonly number[], start: number, end: number, problem?: string): void {
    if (problem !== undefined) this.problems.set(this.length, problem);
    const index = this.length * NUMBERS;
    if (index === this.numbers.length) {
      const larger = new Float64Array(this.numbers.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[index] = at;
    this.numbers[index + 1] = start;
    this.numbers[index + 2] = end;
    this.dtypes.push(dtype);
    this.shapes.push(shape);
  }

  entry(index: number): HeaderEntry {
    return {
      name: this.name(index),
      at: this.numbers[index * NUMBERS] as number,
      dtype: this.dtypes[index] as string,
      shape: this.shapes[index] as readonly number[],
      start: this.start(index),
      end: this.end(index),
      problem: this.problem(index),
    };
  }

  name(index: number): string {
    return this.names[index] as string;
  }

  start(index: number): number {
    return this.numbers[index * NUMBERS + 1] as number;
  }

  end(index: number): number {
    return this.numbers[index * NUMBERS + 2] as number;
  }

  problem(index: number): string | undefined {
    return this.problems.size === 0 ? undefined : this.problems.get(index);
  }

  all(): readonly HeaderEntry[] {
    return this.dtypes.map((_, index) => this.entry(index));
  }
}
