import { attributeOf } from "../../meaning/anatomy.ts";
import type { Framework, Schema, Told } from "../../model/artifact.ts";
import { type DictNode, isNode, type Value } from "../../model/value.ts";

/** What a model says of itself that Tribuo serialised: its version, and its features and outputs in the order of their ids. */
export function toldByTribuo(model: Value | undefined, className: string): Told {
  const version = attributeOf(attributeOf(model, "provenance"), "versionString");
  const framework: Framework = { name: "tribuo", className, ...(typeof version === "string" && { version }) };
  return { framework, schema: schemaOf(model) };
}

function schemaOf(model: Value | undefined): Schema {
  const features = byId(mapOf(attributeOf(attributeOf(model, "featureIDMap"), "m")), (info) => attributeOf(info, "id"));
  const outputs = attributeOf(model, "outputIDInfo");
  const labels = mapOf(attributeOf(outputs, "idLabelMap"));
  const classes = (labels?.keys ?? [])
    .map((id, i) => ({ id, name: labels?.values[i] }))
    .sort((a, b) => (typeof a.id === "bigint" && typeof b.id === "bigint" ? Number(a.id - b.id) : 0))
    .flatMap(({ name }) => (typeof name === "string" ? [name] : []));
  return {
    ...(features.length > 0 && { features, featureCount: features.length }),
    ...(classes.length > 0 && { classes }),
  };
}

function mapOf(value: Value | undefined): DictNode | undefined {
  if (!isNode(value)) return undefined;
  return value.kind === "dict" ? value : value.kind === "object" ? value.entries : undefined;
}

function byId(dict: DictNode | undefined, idOf: (value: Value | undefined) => Value | undefined): readonly string[] {
  const rows = (dict?.keys ?? []).flatMap((key, i) => {
    const id = idOf(dict?.values[i]);
    return typeof key === "string" && typeof id === "bigint" ? [{ key, id: Number(id) }] : [];
  });
  return rows.sort((a, b) => a.id - b.id).map(({ key }) => key);
}
