/** Adds items to a list however many they are: `push(...items)` passes each as an argument, and from 130,000 on fails. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
