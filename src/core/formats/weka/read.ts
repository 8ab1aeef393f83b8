import type { ByteSource } from "../../bytes/source.ts";
import type { AxisLabels, RawArtifact, Schema } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { classNameOf, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { JAVA_FACT, readObjects } from "../java/read.ts";
import { coefficientNames, headerOf, heldHeader, schemaOf } from "./header.ts";
import { treesToColumns } from "./trees.ts";

/** Reads a model of Weka. Throws when not even the first object began. */
export async function readWeka(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { contents, classes, imports, findings, isWhole } = await readObjects(source, context);
  const [model, second] = contents;
  // Before anything is asked of an object: its attributes are looked up once.
  treesToColumns(listOf(contents));
  const header = headerOf(second);
  const told = header ?? heldHeader(model);
  const schema = told && schemaOf(told);
  const isOne = contents.length === 1 || (contents.length === 2 && header !== undefined);
  const root: Value | undefined = isOne ? model : listOf(contents);
  const className = classNameOf(model);
  const axes = axesOf(model, schema);
  return {
    format: "weka",
    container: [],
    root,
    namedTensors: false,
    facts: [JAVA_FACT],
    metadata: dictOf([["classes", classes], ...(isOne && second !== undefined ? [["header", second] as const] : [])]),
    told: {
      framework: {
        name: "weka",
        ...(className !== undefined && { className: className.slice(className.lastIndexOf(".") + 1) }),
      },
      ...(schema !== undefined && { schema }),
      ...(axes !== undefined && { axes }),
    },
    imports,
    findings,
    complete: isWhole,
  };
}

/** A Logistic has a row for the intercept and each attribute, and a column for each class but the last. */
function axesOf(
  model: Value | undefined,
  schema: Schema | undefined,
): ReadonlyMap<string, readonly (AxisLabels | undefined)[]> | undefined {
  if (classNameOf(model) !== "weka.classifiers.functions.Logistic" || !isNode(model) || model.kind !== "object")
    return undefined;
  const labels = coefficientNames(model);
  if (labels === undefined) return undefined;
  const classes = schema?.classes?.slice(0, -1);
  return new Map([
    ["m_Par", [{ kind: "feature", labels }, classes === undefined ? undefined : { kind: "class", labels: classes }]],
  ]);
}
