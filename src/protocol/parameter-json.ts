/** Larger texts are not read as parameters while they are edited. */
export const JSON_TEXT_LIMIT = 4 * 1024 * 1024;

/** Two neighbouring fractions: `0.983, -1.25`. Settings and manifests have none; lists of coefficients do. */
const FRACTIONS = /-?\d+\.\d+(?:[eE][-+]?\d+)?\s*,\s*-?\d+\.\d+/;

/** Whether a JSON text may hold parameters: what decides if the server is started for it. */
export function mayHoldParameters(text: string): boolean {
  return text.length <= JSON_TEXT_LIMIT && FRACTIONS.test(text);
}
