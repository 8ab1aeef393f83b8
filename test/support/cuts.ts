import type { RawArtifact } from "../../src/core/model/artifact.ts";

/** What came of a file that was cut: something to show, or an error. */
export interface Cuts {
  readonly shown: readonly { readonly length: number; readonly artifact: RawArtifact }[];
  readonly refused: readonly { readonly length: number; readonly error: unknown }[];
}

/** Reads the file cut at every `step`th byte. */
export async function readCuts(
  whole: Uint8Array,
  read: (bytes: Uint8Array) => Promise<RawArtifact>,
  step = 7,
): Promise<Cuts> {
  const shown: { length: number; artifact: RawArtifact }[] = [];
  const refused: { length: number; error: unknown }[] = [];
  for (let length = 0; length < whole.length; length += step) {
    try {
      shown.push({ length, artifact: await read(whole.subarray(0, length)) });
    } catch (error) {
      refused.push({ length, error });
    }
  }
  return { shown, refused };
}
