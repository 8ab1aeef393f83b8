import { type ByteSource, slice } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import type { DictNode, Value } from "../../model/value.ts";
import { Flatbuffer, type Table } from "../flatbuffers/table.ts";
import type { ReadContext } from "../format.ts";
import * as say from "./findings.ts";
import { type Subgraph, SubgraphReader } from "./subgraph.ts";
import { TensorReader } from "./tensors.ts";

/** Metadata up to this are shown as text when they are one. */
const TEXT_BYTES = 256;

/**
 * Reads the tables of a TensorFlow Lite model: tensors with bytes as values by name, with their scales and zero points;
 * subgraphs, operators, signatures and metadata as metadata. No bytes of buffers are read. Throws when there is not one
 * subgraph to show.
 */
export async function readTflite(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const findings = new CappedFindings();
  const model = await new Flatbuffer(source).root();
  let isWhole = true;
  const attempt = async (what: string, read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      const reason = asArtifactError(error, `${source.name}: ${what}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      findings.add(say.partUnread(source, what, reason));
      first ??= reason;
      isWhole = false;
    }
  };
  let first: ArtifactError | undefined;
  const codes: Table[] = [];
  const buffers: Table[] = [];
  await attempt("the operators' names", () => gather(model, 1, codes));
  await attempt("the buffers", () => gather(model, 4, buffers));
  const tensors = new TensorReader(source, buffers, findings);
  const subgraphs = new SubgraphReader(tensors, codes, work);
  await attempt("the subgraphs", async () => {
    for await (const table of model.tables(2)) await subgraphs.add(table);
  });
  if (subgraphs.all.length === 0 && first !== undefined) throw first;
  const metadata: DictNode = dictOf([]);
  const taken = new Set<string>();
  const tell = (key: string, value: Value): void => {
    metadata.keys.push(taken.has(key) ? `${key}#${metadata.keys.length}` : key);
    taken.add(key);
    metadata.values.push(value);
  };
  for (const { prefix, parts } of subgraphs.all) for (const [key, value] of parts) tell(`${prefix}${key}`, value);
  const signatures: DictNode = dictOf([]);
  await attempt("the signatures", async () => {
    for await (const table of model.tables(7)) {
      signatures.keys.push((await table.text(2)) ?? "");
      signatures.values.push(await subgraphs.signature(table));
    }
  });
  if (signatures.keys.length > 0) tell("signatures", signatures);
  let runtime: Value = null;
  await attempt("the metadata", async () => {
    for await (const table of model.tables(6)) {
      const data = await tensors.dataOf(table.u32(1));
      const name = (await table.text(0)) ?? "";
      const value = data === undefined ? null : await textOrBytes(data);
      if (name === "min_runtime_version") runtime = value;
      tell(name, value);
    }
  });
  let description: string | undefined;
  await attempt("the description", async () => {
    description = await model.text(3);
  });
  const [main] = subgraphs.all;
  return {
    format: "tflite",
    container: [],
    root: tensors.root,
    namedTensors: true,
    facts: facts(model, description, runtime, main),
    metadata,
    told: {
      framework: { name: "tensorflow-lite" },
      ...(main !== undefined && { schema: { outputs: main.outputs } }),
    },
    findings: findings.all(),
    complete: isWhole && tensors.isWhole,
  };
}

async function gather(model: Table, field: number, into: Table[]): Promise<void> {
  for await (const table of model.tables(field)) into.push(table);
}

function facts(model: Table, description: string | undefined, runtime: Value, main: Subgraph | undefined): Fact[] {
  const found: Fact[] = [{ id: "tflite.version", label: "TensorFlow Lite schema", value: `version ${model.u32(0)}` }];
  const add = (id: string, label: string, value: Value | undefined): void => {
    if (typeof value === "string" && value !== "") found.push({ id: `tflite.${id}`, label, value });
  };
  add("description", "Description", description);
  add("runtime", "Needs runtime", runtime);
  for (const name of main?.inputs ?? []) add(`input.${name}`, "Input", `${name}: ${main?.details.get(name) ?? "?"}`);
  for (const name of main?.outputs ?? []) add(`output.${name}`, "Output", `${name}: ${main?.details.get(name) ?? "?"}`);
  return found;
}

/** Texts are padded with zero bytes. */
async function textOrBytes(data: ByteSource): Promise<Value> {
  if (data.size <= TEXT_BYTES) {
    const bytes = await data.read(0, data.size);
    const text = String.fromCharCode(...bytes).replace(/\0+$/, "");
    if (/^[ -~]*$/.test(text)) return text;
  }
  return { kind: "bytes", type: "bytes", data: slice(data, 0, data.size) };
}
