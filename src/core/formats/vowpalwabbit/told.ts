import type { RawArtifact } from "../../model/artifact.ts";
import type { Header } from "./header.ts";

/** Keys of the root that were chosen, not learned. */
export const SETTINGS = ["options", "bits", "lda", "interactions", "ngram", "skip"] as const;
/** More weights than these are not labelled with their index: it stands beside them. */
export const LABELLED = 200_000;

export function factsOf({ id, checksum }: Pick<Header, "id" | "checksum">): RawArtifact["facts"] {
  return [
    ...(id === "" ? [] : [{ id: "vowpalwabbit.id", label: "Id", value: id }]),
    ...(checksum === undefined
      ? []
      : [{ id: "vowpalwabbit.checksum", label: "Checksum of the header", value: String(checksum.stored) }]),
  ];
}
