import type { Artifact } from "./artifact.ts";

/** A tensor that a graph takes or gives: its name and its type as the file tells it, "float32 [1, 3, 224, 224]". */
export interface GraphEnd {
  readonly name: string;
  readonly type: string;
}

export interface GraphEnds {
  readonly inputs: readonly GraphEnd[];
  readonly outputs: readonly GraphEnd[];
}

/** What a graph takes and gives, as its facts tell it: "images: float32 [1, 3, 224, 224]". */
export function graphEnds({ facts }: Artifact): GraphEnds {
  const of = (label: string): GraphEnd[] =>
    facts.flatMap((fact) => {
      const cut = fact.value.lastIndexOf(": ");
      return fact.label === label && cut > 0
        ? [{ name: fact.value.slice(0, cut), type: fact.value.slice(cut + 2) }]
        : [];
    });
  return { inputs: of("Input"), outputs: of("Output") };
}
