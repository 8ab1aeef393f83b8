import { classOf } from "../meaning/anatomy.ts";
import { topEstimators } from "../meaning/framework.ts";
import type { TreeEnsemble } from "../meaning/trees/ensemble.ts";
import type { Artifact, Estimator } from "../model/artifact.ts";
import { type GraphEnd, graphEnds } from "../model/graph-ends.ts";
import { say, type Sentence } from "../model/sentence.ts";
import { isNode } from "../model/value.ts";

/** What the file is, in a few words: an estimator, else trees, words or tensors. */
export function titleOf(artifact: Artifact, ensembles: readonly TreeEnsemble[]): Sentence {
  const root = artifact.estimators.find((each) => each.path === "");
  if (root !== undefined) {
    const steps = root.schema.steps?.length;
    const name = root.className;
    const formula = artifact.format === "rds" ? formulaIn(artifact) : undefined;
    if (formula !== undefined) return say("{name}: {formula}", { name, formula: shortened(formula) });
    if (steps === undefined) return say("{name}", { name });
    return steps === 1 ? say("{name} (1 step)", { name }) : say("{name} ({steps} steps)", { name, steps });
  }
  // Files of an archive have names with dots.
  const top =
    artifact.format === "bundle"
      ? topEstimators(artifact.estimators)
      : artifact.estimators.filter((each) => isTopLevel(each.path));
  if (top.length > 1) return say("{count} models", { count: top.length });
  const only = top[0] ?? outermost(artifact.estimators);
  if (only !== undefined) return say("{name} in {path}", { name: only.className, path: only.path });
  if (artifact.estimators.length === 0) {
    const trees = ensembles.reduce((sum, { treeCount }) => sum + treeCount, 0);
    if (trees === 1) return say("1 tree");
    if (trees > 1) return say("{count} trees", { count: trees });
    if (artifact.format === "opencv" && artifact.framework?.className === "cascade") return say("Cascade classifier");
    const words = artifact.schema.vocabularySize ?? 0;
    // A language model has a vocabulary too; a file of nothing else is one.
    if (words > 0 && (artifact.format !== "gguf" || artifact.parameters.length === 0))
      return vocabulary(artifact, words);
    // What a library's own format calls the kind of its model; a pickle's first call may be of anything.
    const kind = artifact.framework?.className;
    if (kind !== undefined && artifact.imports.length === 0) return say("{name}", { name: kind });
  }
  const tables = artifact.format === "sqlite" ? entriesOf(artifact) : 0;
  if (tables > 0) return tables === 1 ? say("1 table") : say("{count} tables", { count: tables });
  const name = className(artifact);
  if (name !== undefined && artifact.parameters.length > 0)
    return artifact.parameters.length === 1
      ? say("{name}: 1 tensor", { name })
      : say("{name}: {count} tensors", { name, count: artifact.parameters.length });
  if (artifact.parameters.length === 1) return say("1 tensor");
  if (artifact.parameters.length > 1) return say("{count} tensors", { count: artifact.parameters.length });
  if (artifact.namedTensors) return say("No tensors");
  if (artifact.format === "bundle") return archive(artifact);
  return rootKind(artifact);
}

function archive({ root }: Artifact): Sentence {
  const count = isNode(root) && root.kind === "dict" ? root.keys.length : 0;
  return count === 1
    ? say("Archive of 1 file, no parameters")
    : say("Archive of {count} files, no parameters", { count });
}

/** That which all others are parts of: a model in a dict of a dict. */
function outermost(estimators: readonly Estimator[]): Estimator | undefined {
  const [first, ...others] = estimators;
  if (first === undefined) return undefined;
  const top = others.reduce((shortest, one) => (one.path.length < shortest.path.length ? one : shortest), first);
  return estimators.every(({ path }) => path.startsWith(top.path)) ? top : undefined;
}

/** The class of what is no estimator: a table, an index, an object of one's own. Functions that make them say less. */
function className({ root }: Artifact): string | undefined {
  if (!isNode(root) || root.kind !== "object") return undefined;
  const { name } = classOf(root);
  return /^[A-Z]\w*$/.test(name) ? name : undefined;
}

function entriesOf({ root }: Artifact): number {
  return isNode(root) && root.kind === "dict" ? root.keys.length : 0;
}

/** Tokenizers and SentencePiece cut words into tokens. */
function vocabulary({ format }: Artifact, count: number): Sentence {
  if (format === "json" || format === "sentencepiece" || format === "gguf") return say("{count} tokens", { count });
  return count === 1 ? say("1 word") : say("{count} words", { count });
}

function formulaIn({ facts }: Artifact): string | undefined {
  return facts.find(({ id }) => id === "rds.formula")?.value;
}

/** Characters of a formula that a title has room for. */
const FORMULA_LENGTH = 100;

function shortened(formula: string): string {
  return formula.length > FORMULA_LENGTH ? `${formula.slice(0, FORMULA_LENGTH - 1)}…` : formula;
}

function isTopLevel(path: string): boolean {
  return !/[.[]/.test(path.replace(/^\[("[^"]*"|\d+)\]$/, ""));
}

function rootKind({ root }: Artifact): Sentence {
  if (root === undefined) return say("nothing, no parameters");
  if (!isNode(root)) {
    if (root === null) return say("{what}, no parameters", { what: "None" });
    return typeof root === "string" ? say("text, no parameters") : say("a number, no parameters");
  }
  if (root.kind === "tensor" && root.objects !== undefined)
    return root.objects.length === 1
      ? say("array of 1 object, no parameters")
      : say("array of {count} objects, no parameters", { count: root.objects.length });
  if (root.kind === "dict") return say("dict of {count}, no parameters", { count: root.keys.length });
  if (root.kind === "list")
    return say("{type} of {count}, no parameters", { type: root.type, count: root.items.length });
  if (root.kind === "object" && isNode(root.callable) && root.callable.kind === "global") {
    const name = `${root.callable.module}.${root.callable.name}`;
    return root.args.length > 0 || root.state === undefined
      ? say("call of {name}, no parameters", { name })
      : say("{what}, no parameters", { what: name });
  }
  return say("{what}, no parameters", { what: root.kind });
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
  return graphSignature(artifact);
}

/** Tensors of a graph that are named in one line, and characters of it. */
const NAMED_ENDS = 3;
const ENDS_LENGTH = 120;

/** What TensorFlow calls the signature that serving takes, and the one that loading runs. */
const SERVED = "serving_default";
const ON_LOAD = "__saved_model_init_op";

/** "images: float32 [1, 3, 224, 224] → scores: float32 [1, 1000]". */
function graphSignature(artifact: Artifact): Sentence | undefined {
  const { inputs, outputs } = graphEnds(artifact);
  if (artifact.format === "tensorflow") return savedSignature(inputs, outputs);
  if (inputs.length === 0 || outputs.length === 0) return undefined;
  const text = endsText(inputs, outputs);
  if (text !== undefined) return say("{inputs} → {outputs}", text);
  const [takes, gives] = [inputs.length, outputs.length];
  if (takes === 1 && gives === 1) return say("1 input → 1 output");
  if (gives === 1) return say("{inputs} inputs → 1 output", { inputs: takes });
  return takes === 1
    ? say("1 input → {outputs} outputs", { outputs: gives })
    : say("{inputs} inputs → {outputs} outputs", { inputs: takes, outputs: gives });
}

/** Both ends in words, where they are few. */
function endsText(
  inputs: readonly GraphEnd[],
  outputs: readonly GraphEnd[],
): { readonly inputs: string; readonly outputs: string } | undefined {
  const [taken = "", given = ""] = [inputs, outputs].map((ends) =>
    ends.map(({ name, type }) => `${name}: ${type}`).join(", "),
  );
  if (Math.max(inputs.length, outputs.length) > NAMED_ENDS || taken.length + given.length > ENDS_LENGTH)
    return undefined;
  return { inputs: taken, outputs: given };
}

/** A SavedModel has several signatures, each with ends of its own, "serving_default: x": that which is served, else names. */
function savedSignature(inputs: readonly GraphEnd[], outputs: readonly GraphEnd[]): Sentence | undefined {
  const nameOf = ({ name }: GraphEnd): string => name.slice(0, Math.max(0, name.indexOf(": ")));
  const names = [...new Set([...inputs, ...outputs].map(nameOf))].filter((name) => name !== ON_LOAD);
  const name = names.includes(SERVED) ? SERVED : names.length === 1 ? names[0] : undefined;
  const ofIt = (ends: readonly GraphEnd[]): readonly GraphEnd[] =>
    ends
      .filter((end) => nameOf(end) === name)
      .map((end) => ({ ...end, name: end.name.slice((name?.length ?? 0) + 2) }));
  const text = name === undefined ? undefined : endsText(ofIt(inputs), ofIt(outputs));
  if (names.length === 0) return undefined;
  if (name === undefined || text === undefined)
    return say("{count} signatures ({list})", { count: names.length, list: listed(names) });
  return names.length === 1
    ? say("{name}: {inputs} → {outputs}", { name, ...text })
    : say("{name}: {inputs} → {outputs}; {count} signatures in all", { name, ...text, count: names.length });
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
