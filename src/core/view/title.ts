import type { TreeEnsemble } from "../meaning/trees/ensemble.ts";
import type { Artifact } from "../model/artifact.ts";
import { say, type Sentence } from "../model/sentence.ts";
import { isNode } from "../model/value.ts";

/** What the file is, in a few words: an estimator, else trees, words or tensors. */
export function titleOf(artifact: Artifact, ensembles: readonly TreeEnsemble[]): Sentence {
  const root = artifact.estimators.find((each) => each.path === "");
  if (root !== undefined) {
    const steps = root.schema.steps?.length;
    return steps === undefined
      ? say("{name}", { name: root.className })
      : say("{name} ({steps} steps)", { name: root.className, steps });
  }
  const top = artifact.estimators.filter((each) => isTopLevel(each.path));
  if (top.length > 1) return say("{count} models", { count: top.length });
  const [only] = top;
  if (only !== undefined) return say("{name} in {path}", { name: only.className, path: only.path });
  if (artifact.estimators.length === 0) {
    const trees = ensembles.reduce((sum, { treeCount }) => sum + treeCount, 0);
    if (trees === 1) return say("1 tree");
    if (trees > 1) return say("{count} trees", { count: trees });
    const words = artifact.schema.vocabularySize ?? 0;
    if (words > 0) return vocabulary(artifact, words);
  }
  if (artifact.parameters.length === 1) return say("1 tensor");
  if (artifact.parameters.length > 1) return say("{count} tensors", { count: artifact.parameters.length });
  if (artifact.namedTensors) return say("No tensors");
  return say("{what}, no parameters", { what: rootKind(artifact) });
}

/** Tokenizers and SentencePiece cut words into tokens. */
function vocabulary({ format }: Artifact, count: number): Sentence {
  if (format === "json" || format === "sentencepiece") return say("{count} tokens", { count });
  return count === 1 ? say("1 word") : say("{count} words", { count });
}

function isTopLevel(path: string): boolean {
  return !/[.[]/.test(path.replace(/^\[("[^"]*"|\d+)\]$/, ""));
}

function rootKind({ root }: Artifact): string {
  if (root === undefined) return "nothing";
  if (!isNode(root)) return root === null ? "None" : typeof root === "string" ? "text" : "a number";
  if (root.kind === "dict") return `dict of ${root.keys.length}`;
  if (root.kind === "list") return `${root.type} of ${root.items.length}`;
  if (root.kind === "object" && isNode(root.callable) && root.callable.kind === "global")
    return `${root.callable.module}.${root.callable.name}`;
  return root.kind;
}

const SHOWN_CLASSES = 5;

/** "12 features → 2 classes (bad, good)", with only what the file says. */
export function signatureOf(artifact: Artifact, ensembles: readonly TreeEnsemble[]): Sentence | undefined {
  const { features, classes, outputs } = signature(artifact, ensembles);
  if (features === 1 && classes !== undefined)
    return say("1 feature → {classes} classes ({list})", { classes: classes.length, list: listed(classes) });
  if (features === 1 && outputs !== undefined)
    return outputs === 1 ? say("1 feature → 1 output") : say("1 feature → {outputs} outputs", { outputs });
  if (features !== undefined && classes !== undefined)
    return say("{features} features → {classes} classes ({list})", {
      features,
      classes: classes.length,
      list: listed(classes),
    });
  if (features !== undefined && outputs !== undefined)
    return outputs === 1
      ? say("{features} features → 1 output", { features })
      : say("{features} features → {outputs} outputs", { features, outputs });
  if (features !== undefined) return features === 1 ? say("1 feature") : say("{features} features", { features });
  if (classes !== undefined)
    return say("{classes} classes ({list})", { classes: classes.length, list: listed(classes) });
  return undefined;
}

interface Signature {
  readonly features: number | undefined;
  readonly classes: readonly string[] | undefined;
  readonly outputs: number | undefined;
}

/** What the schema does not tell, a lone tree ensemble may. */
function signature({ schema }: Artifact, ensembles: readonly TreeEnsemble[]): Signature {
  const [ensemble] = ensembles.length === 1 ? ensembles : [];
  return {
    features: schema.features?.length ?? schema.featureCount ?? ensemble?.features?.length ?? ensemble?.featureCount,
    classes: schema.classes ?? ensemble?.classes,
    outputs: schema.outputs?.length ?? ensemble?.outputs,
  };
}

function listed(classes: readonly string[]): string {
  const names = classes.slice(0, SHOWN_CLASSES).join(", ");
  return classes.length > SHOWN_CLASSES ? `${names}, …` : names;
}
