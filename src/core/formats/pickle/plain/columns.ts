/** Twice as many integers, the first of them as they were. */
export function doubled(items: Int32Array): Int32Array {
  const larger = new Int32Array(items.length * 2);
  larger.set(items);
  return larger;
}
