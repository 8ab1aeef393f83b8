import { append } from "../../append.ts";
import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import type { ImportUse, RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { chunkedArray, FLAX, flaxArray, flaxComplex, isPickled, numpyArray } from "./arrays.ts";
import { startsWithText } from "../probe.ts";
import { scanHead } from "./scan.ts";
import { timestampText } from "./timestamp.ts";
import { type Extension, type Meanings, MsgpackWalker } from "./walk.ts";

/**
 * Reads MessagePack: maps and lists as values, arrays of flax and msgpack-numpy as tensors that stay where they are.
 * Several objects in a file are a list of them. Throws when not even the first one began.
 */
export async function readMsgpack(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const reading = new Reading(source, context);
  const walker = new MsgpackWalker(source, reading, context.work);
  const objects: Value[] = [];
  while (walker.at < source.size) {
    const { at } = walker;
    const { value, error } = await walker.read();
    if (error !== undefined && objects.length === 0 && value === undefined) throw error;
    if (value !== undefined) objects.push(value);
    if (error === undefined) continue;
    reading.stopped(error, at);
    break;
  }
  if (isPipeline(objects[0])) await unfold(objects[0], reading, context);
  const root: Value | undefined = objects.length === 1 ? objects[0] : { kind: "list", type: "list", items: objects };
  return {
    format: "msgpack",
    container: [],
    root,
    namedTensors: isStateDict(root),
    facts: objects.length === 1 ? [] : [{ id: "msgpack.objects", label: "Objects", value: String(objects.length) }],
    ...toldOf(root, reading.isFlax),
    imports: reading.imports,
    findings: reading.findings.all(),
    complete: reading.isWhole,
  };
}

function toldOf(root: Value | undefined, isFlax: boolean): Pick<RawArtifact, "told"> {
  const name = isPipeline(root) ? "spacy" : isOfThinc(root) ? "thinc" : isFlax ? "flax" : undefined;
  return name === undefined ? {} : { told: { framework: { name } } };
}

/** A pipeline of spaCy by `Language.to_bytes`. */
function isPipeline(root: Value | undefined): root is DictNode {
  return (
    isNode(root) && root.kind === "dict" && ["vocab", "tokenizer", "meta.json"].every((key) => root.keys.includes(key))
  );
}

function isOfThinc(root: Value | undefined): boolean {
  return (
    isNode(root) &&
    root.kind === "dict" &&
    ["nodes", "attrs", "params", "shims"].every((key) => root.keys.includes(key))
  );
}

/** MessagePack in MessagePack: a pipeline's components, a component's model, and the vectors of the vocabulary. */
const DEPTH = 4;
const HEAD = 4096;

/** Puts in place of bytes that are MessagePack or an array what they hold; any others stay bytes. */
async function unfold(node: DictNode, reading: Reading, context: ReadContext, depth = 0): Promise<void> {
  for (const [index, held] of node.values.entries()) {
    if (!isNode(held) || held.kind !== "bytes") continue;
    const { data } = held;
    const head = await data.read(0, Math.min(HEAD, data.size));
    if (startsWithText(head, "\u0093NUMPY")) {
      const array = await context.readInner?.(data, "vectors.npy");
      if (array?.root !== undefined) node.values[index] = array.root;
    } else if (scanHead(head, data.size)?.root === "a map") {
      const inner = new Reading(data, context);
      const walker = new MsgpackWalker(data, inner, context.work);
      walker.values = reading.unfolded;
      const { value, error } = await walker.read();
      reading.unfolded = walker.values;
      if (error !== undefined || value === undefined || walker.at < data.size) continue;
      append(reading.imports, inner.imports);
      for (const found of inner.findings.all()) reading.findings.add(found);
      reading.isWhole &&= inner.isWhole;
      node.values[index] = value;
      if (depth < DEPTH && isNode(value) && value.kind === "dict") await unfold(value, reading, context, depth + 1);
    }
  }
}

/** Says what extensions and maps mean. */
class Reading implements Meanings {
  readonly findings = new CappedFindings();
  readonly imports: ImportUse[] = [];
  isFlax = false;
  isWhole = true;
  /** Values of what was read in place of bytes: as many as one file may have. */
  unfolded = 0;
  private readonly source: ByteSource;
  private readonly context: ReadContext;

  constructor(source: ByteSource, context: ReadContext) {
    this.source = source;
    this.context = context;
  }

  extension(extension: Extension): Value {
    const { type, head, start, length } = extension;
    if (type === -1) {
      const time = timestampText(head, length);
      if (time !== undefined) return time;
    }
    if (type === FLAX.array || type === FLAX.scalar) {
      const node = flaxArray(extension, this.source);
      if (node !== undefined) {
        this.isFlax = true;
        return type === FLAX.scalar && node.tensor.shape.length === 0 ? { kind: "scalar", tensor: node.tensor } : node;
      }
    }
    const complex = type === FLAX.complex ? flaxComplex(extension) : undefined;
    if (complex !== undefined) return complex;
    return dictOf([
      ["extension", BigInt(type)],
      ["data", { kind: "bytes", type: "bytes", data: slice(this.source, start, start + length, "extension") }],
    ]);
  }

  async map(node: DictNode, offset: number): Promise<Value> {
    this.checkKeys(node, offset);
    if (dictGet(node, "__msgpack_chunked_array__") === true) {
      this.isFlax = true;
      return chunkedArray(node, offset) ?? this.misfit(node, offset);
    }
    if (typeof dictGet(node, "nd") !== "boolean" || dictGet(node, "type") === undefined) return node;
    if (isPickled(node)) return this.objects(node, offset);
    return numpyArray(node, offset) ?? this.misfit(node, offset);
  }

  stopped({ code, message }: ArtifactError, from: number): void {
    this.isWhole = false;
    const rule =
      code === "truncated" ? "integrity/truncated" : code === "limit" ? "integrity/limit" : "integrity/corrupt";
    this.findings.add(
      finding(
        rule,
        "error",
        say("Reading stopped: {reason}. What stands before is shown.", { reason: message }),
        placeIn(this.source, from, 0),
      ),
    );
  }

  /** Says so of a map that calls itself an array, and shows it as it is. */
  private misfit(node: DictNode, offset: number): Value {
    this.isWhole = false;
    this.findings.add(
      finding(
        "integrity/corrupt",
        "error",
        say("The map at byte {at} calls itself an array, and its dtype, shape and bytes do not fit each other.", {
          at: offset + (this.source.origin ?? 0),
        }),
        placeIn(this.source, offset, 1),
      ),
    );
    return node;
  }

  /** An array of Python objects is a pickle. */
  private async objects(node: DictNode, offset: number): Promise<Value> {
    const data = dictGet(node, "data");
    const { readInner } = this.context;
    if (!isNode(data) || data.kind !== "bytes" || readInner === undefined) return this.misfit(node, offset);
    const raw = await readInner(data.data, "data.pkl");
    append(this.imports, raw.imports ?? []);
    for (const { range: _, ...found } of raw.findings) this.findings.add(found);
    this.isWhole &&= raw.complete;
    return raw.root ?? null;
  }

  private checkKeys({ keys }: DictNode, offset: number): void {
    const seen = new Set<Value>();
    for (const key of keys) {
      if (!seen.has(key)) seen.add(key);
      else
        this.findings.add(
          finding(
            "integrity/duplicate-name",
            "warning",
            say("The key {key} occurs more than once in one object; most readers take the last value without a word.", {
              key: typeof key === "string" ? JSON.stringify(key.slice(0, 200)) : isNode(key) ? "?" : String(key),
            }),
            placeIn(this.source, offset, 1),
          ),
        );
    }
  }
}

/** True when names are addresses already: every value is a tensor. */
function isStateDict(root: Value | undefined): boolean {
  if (!isNode(root) || root.kind !== "dict" || root.keys.length === 0) return false;
  return (
    root.keys.every((key) => typeof key === "string") &&
    root.values.every((value) => isNode(value) && value.kind === "tensor")
  );
}
