import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, corrupt } from "../../errors.ts";
import { placeIn } from "../../bytes/place.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import type { AxisLabels, Fact, RawArtifact, Schema } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import { dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { reportParse } from "../protobuf/findings.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { stoppedAt } from "../stopped.ts";
import { featureNames } from "./domains.ts";
import { MODEL } from "./messages.ts";
import { Resolver } from "./resolve.ts";
import { integersOf } from "./tensors.ts";
import { Values } from "./values.ts";

/** Reads a model that Tribuo saved as protobuf. Throws where not even its class is told. */
export async function readTribuo(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { work } = context;
  const parsed = await parseMessage(source, MODEL, work);
  const className = parsed.message.text("class_name");
  if (className === undefined) throw parsed.error ?? corrupt(`${source.name}: no class of a model`, 0);
  const findings = new CappedFindings();
  const resolver = new Resolver(source, work);
  const { data, unknownType } = await resolver.resolve(parsed.message);
  const about = data?.message("metadata");
  const schema = await schemaOf(about, resolver);
  const values = new Values(
    resolver,
    context,
    findings,
    schema.classes ?? schema.outputs ?? [],
    schema.featureCount ?? 0,
  );
  const entries: (readonly [string, Value])[] = [];
  let provenance: Value = null;
  try {
    if (data === undefined) entries.push(["model", await values.describe(parsed.message)]);
    else {
      const fields = await values.fields(data);
      if (isNode(fields) && fields.kind === "dict")
        for (const [i, key] of fields.keys.entries()) {
          const value = fields.values[i] ?? null;
          if (key === "metadata" && isNode(value) && value.kind === "dict") {
            provenance = dictGet(value, "provenance") ?? null;
            for (const [k, name] of value.keys.entries())
              if (typeof name === "string" && name !== "provenance") entries.push([name, value.values[k] ?? null]);
          } else if (typeof key === "string") entries.push([key, value]);
        }
    }
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    findings.add(stoppedAt(source, reason));
    values.isWhole = false;
  }
  for (const place of resolver.leftOut)
    findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say("A node of a tree predicts what is none of the model's outputs, or is in a form that is not known here."),
        placeIn(source, place, 0),
      ),
    );
  if (resolver.leftOut.length > 0) values.isWhole = false;
  let isWhole = values.isWhole && (data !== undefined || unknownType !== undefined || parsed.error !== undefined);
  for (const each of [parsed, ...resolver.parsed]) isWhole = reportParse(source, each, findings) && isWhole;
  const trainer = at(provenance, "trainer");
  const version = textAt(provenance, "tribuo-version") ?? about?.text("tribuo_version");
  const axes = axesOf(schema);
  return {
    format: "tribuo",
    container: [],
    root: dictOf([...(trainer === undefined ? [] : [["trainer", trainer] as const]), ...entries]),
    namedTensors: false,
    facts: [{ id: "tribuo.class", label: "Class", value: className }],
    ...(provenance !== null && { metadata: dictOf([["provenance", provenance]]) }),
    told: {
      framework: {
        name: "tribuo",
        ...(version !== undefined && { version }),
        className: className.slice(className.lastIndexOf(".") + 1),
      },
      schema,
      settings: ["trainer"],
      environment: environmentOf(provenance),
      ...(axes.size > 0 && { axes }),
    },
    ...(values.imports.length > 0 && { imports: values.imports }),
    findings: findings.all(),
    complete: isWhole && data !== undefined,
  };
}

function at(value: Value, key: string): Value | undefined {
  return isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
}

function textAt(value: Value, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === "string" ? found : undefined;
}

function environmentOf(provenance: Value): readonly Fact[] {
  const rows = [
    ["java-version", "java", "Java"],
    ["os-name", "os", "Operating system"],
    ["os-arch", "architecture", "Architecture"],
    ["trained-at", "trained", "Trained"],
  ] as const;
  return rows.flatMap(([key, id, label]) => {
    const value = textAt(provenance, key);
    return value === undefined ? [] : [{ id, label, value }];
  });
}

/** Features and outputs from their domains, each in the order of its ids. */
async function schemaOf(about: Message | undefined, resolver: Resolver): Promise<Schema> {
  const features: Message[] = [];
  const domain = about?.message("feature_domain");
  const map = domain === undefined ? undefined : (await resolver.resolve(domain)).data;
  for (const info of map?.messages("info") ?? []) {
    const { data } = await resolver.resolve(info);
    if (data !== undefined) features.push(data);
  }
  const names = featureNames(features);
  const outputDomain = about?.message("output_domain");
  const outputs = outputDomain === undefined ? undefined : (await resolver.resolve(outputDomain)).data;
  const labels = outputs?.spec.fields[1]?.name === "label" ? outputs.texts("label") : [];
  const ids = outputs === undefined || labels.length === 0 ? [] : await integersOf(outputs, "id", resolver);
  const ordered = labels
    .map((label, i) => ({ label, id: ids[i] ?? i }))
    .sort((a, b) => a.id - b.id)
    .map(({ label }) => label);
  const isRegression = outputs?.spec.name.includes(".regression.") === true;
  return {
    ...(names.length > 0 && { features: names, featureCount: names.length }),
    ...(ordered.length > 0 && (isRegression ? { outputs: ordered } : { classes: ordered })),
  };
}

/** The weights of linear models: a row for each output, a column for each feature and the bias. */
function axesOf({ features = [], classes, outputs }: Schema): ReadonlyMap<string, readonly (AxisLabels | undefined)[]> {
  const rows: AxisLabels | undefined =
    classes !== undefined ? { kind: "class", labels: classes } : outputs && { kind: "output", labels: outputs };
  if (features.length === 0) return new Map();
  return new Map([
    ["params.weightMatrix", [rows, { kind: "feature", labels: [...features, "(bias)"] }]],
    ["label_word_probs", [rows, { kind: "feature", labels: features }]],
    ["nodes.output", [undefined, rows]],
  ]);
}
