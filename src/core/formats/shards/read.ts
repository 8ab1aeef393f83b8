import { append } from "../../append.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { FormatId, ImportUse, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";

// A model over several files: `model.safetensors.index.json`, `pytorch_model.bin.index.json` or Keras' `x.weights.json` beside
// its shards.
//
//   {"metadata": {"total_size": 20},
//    "weight_map": {"a.weight": "model-00001-of-00002.safetensors", "b.weight": "model-00002-of-00002.safetensors"}}
//
//   https://huggingface.co/docs/transformers/main/en/big_models
//
// Keras 3.10 and later: groups of arrays, each in one or more files.
//
//   {"metadata": {"total_size": 20}, "weight_map": {"/layers/dense/vars": ["x_00000.weights.h5"]}}
//
//   https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py (ShardedH5IOStore)

/** By tensor's or group's name the files that it is in. */
export type WeightMap = ReadonlyMap<string, readonly string[]>;

const MAP = "weight_map";
const METADATA = "metadata";
const SHARD = /\.(?:safetensors|bin|pt|pth)$/i;
const KERAS = /\.weights\.h5$/;
/** Names of files in one line of facts. */
const NAMED = 20;

/** The map of an index; undefined for JSON that is none. */
export function weightMapOf(root: Value | undefined): WeightMap | undefined {
  const map = isNode(root) && root.kind === "dict" ? dictGet(root, MAP) : undefined;
  if (!isNode(map) || map.kind !== "dict" || map.keys.length === 0) return undefined;
  const files = new Map<string, readonly string[]>();
  for (const [k, name] of map.keys.entries()) {
    const value = map.values[k];
    const isGroup = isNode(value) && value.kind === "list";
    const named = (isGroup ? value.items : [value]).flatMap((file) => {
      const isShard = typeof file === "string" && (isGroup ? KERAS : SHARD).test(file);
      return isShard ? [file] : [];
    });
    if (typeof name !== "string" || named.length !== (isGroup ? value.items.length : 1)) return undefined;
    files.set(name, named);
  }
  return files;
}

/**
 * The model that an index names, its tensors in the index's order, each in its shard. Shards are opened beside the
 * index; a shard or a tensor that is not there is a finding, and the model is not complete.
 *
 * @param index the index as JSON
 */
export async function readShards(
  index: RawArtifact,
  weights: WeightMap,
  source: ByteSource,
  context: ReadContext,
): Promise<RawArtifact> {
  const names = [...new Set([...weights.values()].flat())];
  const model = new Sharded();
  for (const name of names) {
    if (context.work.isDue()) await context.work.checkpoint();
    await model.open(name, context);
  }
  const root = model.tensors(weights);
  const metadata = isNode(index.root) && index.root.kind === "dict" ? dictGet(index.root, METADATA) : undefined;
  const listed = names.slice(0, NAMED).join(", ");
  const more = names.length > NAMED ? " ..." : "";
  return {
    format: model.format ?? (names.some((name) => /\.safetensors$/i.test(name)) ? "safetensors" : "torch"),
    container: ["shards"],
    root,
    namedTensors: true,
    facts: [{ id: "shards.files", label: "Shards", value: `${names.length}: ${listed}${more}` }, ...index.facts],
    ...(metadata === undefined ? {} : { metadata }),
    imports: model.imports,
    findings: [...index.findings, ...model.findings.all()],
    complete: index.complete && model.complete && source.size > 0,
  };
}

class Sharded {
  readonly imports: ImportUse[] = [];
  readonly findings = new CappedFindings();
  complete = true;
  /** Of the first shard that was read. */
  format: FormatId | undefined;
  /** By file its tensors by name; undefined where it could not be read, which is said already. */
  private readonly shards = new Map<string, Map<string, Value> | undefined>();

  async open(name: string, { siblings, readInner }: ReadContext): Promise<void> {
    this.shards.set(name, undefined);
    try {
      if (this.shards.size > LIMITS.shards) throw new Error(`there are more than ${LIMITS.shards} shards`);
      const found = readInner && (await siblings?.open(name));
      if (found === undefined || readInner === undefined) {
        const sentence = say("Shard {name} is not beside the index: its tensors are not shown.", { name });
        this.add("integrity/not-read", sentence, name);
        return;
      }
      const raw = await readInner(elsewhere(found), name);
      this.format ??= raw.format;
      append(this.imports, raw.imports ?? []);
      this.complete &&= raw.complete;
      for (const { range: _range, ...each } of raw.findings)
        this.findings.add({ ...each, evidence: { ...each.evidence, file: name } });
      this.shards.set(name, tensorsIn(raw.root));
    } catch (error) {
      const reason = asArtifactError(error, name);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      const sentence = say("Shard {name} was not read: {reason}.", { name, reason: reason.message });
      this.add("integrity/not-read", sentence, name);
    }
  }

  tensors(weights: WeightMap): DictNode {
    const root: DictNode = { kind: "dict", keys: [], values: [] };
    const put = (name: string, value: Value): void => {
      root.keys.push(name);
      root.values.push(value);
    };
    for (const [name, file] of [...weights].flatMap(([key, files]) => files.map((each) => [key, each] as const))) {
      const shard = this.shards.get(file);
      if (name.startsWith("/") && KERAS.test(file)) {
        const group = [...(shard ?? [])].filter(([each]) => each.startsWith(`${name.slice(1)}/`));
        for (const [each, value] of group) {
          shard?.delete(each);
          put(each, value);
        }
        if (group.length > 0) continue;
      }
      const value = shard?.get(name);
      shard?.delete(name);
      if (value === undefined && shard !== undefined) {
        const sentence = say("Tensor {name} should be in shard {file}, and is not.", { name, file });
        this.add("integrity/corrupt", sentence, file, name);
      }
      put(name, value ?? { kind: "unread", why: `shard ${file} does not have it`, offset: 0 });
    }
    for (const [file, left] of this.shards)
      for (const [name, value] of left ?? []) {
        const sentence = say("Tensor {name} of shard {file} is not in the index; it is shown all the same.", {
          name,
          file,
        });
        this.findings.add(finding("integrity/corrupt", "warning", sentence, { path: name, evidence: { file } }));
        if (!weights.has(name)) put(name, value);
      }
    return root;
  }

  private add(rule: RuleId, sentence: Finding["sentence"], file: string, path?: string): void {
    const place = { evidence: { file }, ...(path === undefined ? {} : { path }) };
    this.findings.add(finding(rule, "error", sentence, place));
    this.complete = false;
  }
}

function tensorsIn(root: Value | undefined): Map<string, Value> {
  const tensors = new Map<string, Value>();
  if (!isNode(root) || root.kind !== "dict") return tensors;
  for (const [k, key] of root.keys.entries()) {
    const value = root.values[k];
    if (typeof key === "string" && value !== undefined) tensors.set(key, value);
  }
  return tensors;
}

/** Bytes of another file: no finding may point to them as to bytes of the opened one. */
function elsewhere(source: ByteSource): ByteSource {
  return { size: source.size, name: source.name, read: (start, end) => source.read(start, end) };
}
