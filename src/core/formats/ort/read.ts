import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import type { DictNode } from "../../model/value.ts";
import { Flatbuffer, type Table } from "../flatbuffers/table.ts";
import type { ReadContext } from "../format.ts";
import { startsWithText } from "../probe.ts";
import * as say from "./findings.ts";
import { GraphReader } from "./graph.ts";

/** Reads a model of ONNX Runtime's own format, or a LoRA adapter of it. Throws when there is no model in it. */
export async function readOrt(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const findings = new CappedFindings();
  const root = await new Flatbuffer(source).root();
  const graphs = new GraphReader(findings, work);
  const metadata = dictOf([]);
  const facts: Fact[] = [];
  const ends = { inputs: [] as string[], outputs: [] as string[] };
  const isAdapter = startsWithText(await source.read(0, Math.min(8, source.size)), "TORT", 4);
  const model = isAdapter ? undefined : await root.table(1);
  if (!isAdapter && model === undefined) throw corrupt(`${source.name}: no model in the session`, root.at);
  let isWhole = true;
  try {
    if (model === undefined) await readAdapter(root, graphs, facts);
    else await readModel(root, model, graphs, { metadata, facts, ends });
  } catch (error) {
    const reason = asArtifactError(error, source.name);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    if (graphs.root.keys.length === 0 && facts.length === 0) throw reason;
    findings.add(say.graphUnread(source, reason));
    isWhole = false;
  }
  return {
    format: "ort",
    container: [],
    root: graphs.root,
    namedTensors: true,
    facts,
    metadata,
    told: {
      framework: { name: "onnxruntime" },
      ...(isAdapter ? {} : { schema: { outputs: ends.outputs } }),
    },
    findings: findings.all(),
    complete: isWhole && graphs.isWhole,
  };
}

/** What is said of a model beside its tensors. */
interface Told {
  readonly metadata: DictNode;
  readonly facts: Fact[];
  readonly ends: { inputs: string[]; outputs: string[] };
}

async function readModel(root: Table, model: Table, graphs: GraphReader, told: Told): Promise<void> {
  const { facts, ends, metadata } = told;
  const add = (id: string, label: string, value: string | undefined): void => {
    if (value !== undefined && value !== "") facts.push({ id: `ort.${id}`, label, value });
  };
  add("version", "ORT format", await root.text(0));
  add("ir-version", "IR version", String(model.i64(0)));
  const opsets: string[] = [];
  for await (const each of model.tables(1)) opsets.push(`${(await each.text(0)) || "ai.onnx"} ${each.i64(1)}`);
  add("opsets", "Operator sets", opsets.join(", "));
  add("producer", "Producer", [await model.text(2), await model.text(3)].filter(Boolean).join(" "));
  add("domain", "Domain", await model.text(4));
  add("model-version", "Model version", String(model.i64(5)));
  add("description", "Description", (await model.text(6)) || (await model.text(8)));
  for await (const entry of model.tables(9)) {
    metadata.keys.push((await entry.text(0)) ?? "");
    metadata.values.push((await entry.text(1)) ?? "");
  }
  const graph = await model.table(7);
  if (graph === undefined) throw corrupt("the model has no graph", model.at);
  ends.inputs = await graph.texts(5);
  ends.outputs = await graph.texts(6);
  const nodes = await graphs.graph(graph, "");
  for (const name of ends.inputs) add(`input.${name}`, "Input", `${name}: ${graphs.types.get(name) ?? "?"}`);
  for (const name of ends.outputs) add(`output.${name}`, "Output", `${name}: ${graphs.types.get(name) ?? "?"}`);
  metadata.keys.push("nodes");
  metadata.values.push(nodes);
}

async function readAdapter(root: Table, graphs: GraphReader, facts: Fact[]): Promise<void> {
  facts.push(
    { id: "ort.adapter-format", label: "LoRA adapter format", value: `version ${root.i32(0)}` },
    { id: "ort.adapter-version", label: "Adapter version", value: String(root.i32(1)) },
    { id: "ort.model-version", label: "Model version", value: String(root.i32(2)) },
  );
  for await (const parameter of root.tables(3)) await graphs.add(parameter, { dims: 1, type: 2, raw: 3 }, "");
}
