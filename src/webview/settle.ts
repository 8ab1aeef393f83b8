/** Hands the outcome of a promise on, where nobody waits for it. */
export async function settle<T>(
  promise: Promise<T>,
  done: (value: T) => void,
  failed: (error: unknown) => void = () => undefined,
): Promise<void> {
  let value: T;
  try {
    value = await promise;
  } catch (error) {
    failed(error);
    return;
  }
  done(value);
}
