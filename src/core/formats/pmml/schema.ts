import { releaseOf } from "../catboost/model.ts";
import type { XmlElement } from "../../bytes/xml/document.ts";
import type { Fact, Framework, Schema } from "../../model/artifact.ts";

/** Elements of PMML itself that are no models. */
const NOT_MODELS = new Set(["Header", "MiningBuildTask", "DataDictionary", "TransformationDictionary", "Extension"]);

export function firstModel(root: XmlElement): XmlElement | undefined {
  return root.childWhere(({ name }) => !NOT_MODELS.has(name));
}

/** Usage types of fields that are predicted: `predicted` is their name before 4.2. */
const TARGETS = new Set(["target", "predicted"]);
const ACTIVE = new Set(["active", ""]);

/** What the first model takes and gives: its active fields, the categories of them and of its target, its outputs. */
export function schemaOf(root: XmlElement): Schema {
  const model = firstModel(root);
  const mining = model?.child("MiningSchema")?.childrenNamed("MiningField") ?? [];
  const nameOf = (field: XmlElement): string => field.attribute("name") ?? "";
  const features = mining.filter((each) => ACTIVE.has(each.attribute("usageType") ?? "")).map(nameOf);
  const targets = mining.filter((each) => TARGETS.has(each.attribute("usageType") ?? "")).map(nameOf);
  const given = model?.child("Output")?.childrenNamed("OutputField") ?? [];
  // What is predicted may have a name of its own: it is no second output beside the target.
  const isNamed = given.some((each) => each.attribute("feature") === "predictedValue");
  const outputs = [...(isNamed ? [] : targets), ...given.map(nameOf)];
  const fields = new Map<string, XmlElement>();
  for (const field of root.child("DataDictionary")?.childrenNamed("DataField") ?? [])
    if (!fields.has(nameOf(field))) fields.set(nameOf(field), field);
  const isClassifier = model?.attribute("functionName") === "classification";
  const [target] = targets;
  const classes = isClassifier && target !== undefined ? categoriesOf(fields.get(target)) : [];
  const known = new Set(features);
  return {
    ...(features.length > 0 ? { features, featureCount: features.length } : {}),
    ...(classes.length > 0 ? { classes } : {}),
    ...(outputs.length > 0 ? { outputs: [...new Set(outputs)] } : {}),
    categories: [...fields].flatMap(([feature, field]) => {
      const values = known.has(feature) ? categoriesOf(field) : [];
      return values.length === 0 ? [] : [{ path: "DataDictionary", feature, values }];
    }),
  };
}

/** Valid values: others say what counts as missing or invalid. */
export function categoriesOf(field: XmlElement | undefined): readonly string[] {
  const values = field?.childrenNamed("Value") ?? [];
  return values
    .filter((each) => (each.attribute("property") ?? "valid") === "valid")
    .map((each) => each.attribute("value") ?? "");
}

export function frameworkOf(root: XmlElement): Framework {
  const application = root.child("Header")?.child("Application");
  const model = firstModel(root);
  const told = application?.attribute("version");
  const version = told === undefined ? undefined : releaseOf(told);
  return {
    name: application?.attribute("name") ?? "pmml",
    ...(version === undefined ? {} : { version }),
    ...(model === undefined ? {} : { className: model.name }),
  };
}

export function factsOf(root: XmlElement, encoding: string): readonly Fact[] {
  const header = root.child("Header");
  const model = firstModel(root);
  const all: readonly (readonly [string, string, string | undefined])[] = [
    ["version", "PMML", versionOf(root)],
    ["encoding", "Encoding", encoding],
    ["model", "Model", model?.name],
    ["function", "Function", model?.attribute("functionName")],
    ["algorithm", "Algorithm", model?.attribute("algorithmName")],
    ["model-name", "Model name", model?.attribute("modelName")],
    ["description", "Description", header?.attribute("description")],
    ["timestamp", "Written", header?.child("Timestamp")?.text.trim()],
    ["copyright", "Copyright", header?.attribute("copyright")],
  ];
  return all.flatMap(([id, label, value]) =>
    value === undefined || value === "" ? [] : [{ id: `pmml.${id}`, label, value }],
  );
}

function versionOf(root: XmlElement): string | undefined {
  const version = root.attribute("version");
  return version === undefined ? undefined : `version ${version}`;
}
