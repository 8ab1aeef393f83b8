import { append } from "../../append.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, corrupt, truncated } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { ImportUse, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { attributesOf, classNameOf, type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { argumentsOf, unread } from "../pickle/graph.ts";
import { assembled, type Extent, type Piece } from "../pieces.ts";
import { sizeOf, sizesOf } from "./storage.ts";

//   A folder that torch.distributed.checkpoint wrote: `.metadata` is a pickle of
//     Metadata(state_dict_metadata = {name: TensorStorageMetadata(size, chunks) or BytesStorageMetadata},
//              storage_data = {MetadataIndex(fqn, offset of the chunk): _StorageInfo(relative_path, offset, length)})
//   and `__0_0.distcp` of each process has one file of torch.save after another.
//   https://github.com/pytorch/pytorch/blob/main/torch/distributed/checkpoint/metadata.py

const METADATA = "torch.distributed.checkpoint.metadata.Metadata";

/** A pickle that is the metadata of such a folder, as the tensors of all its files; any other as it is. */
export async function withDistributedTensors(
  raw: RawArtifact,
  source: ByteSource,
  context: ReadContext,
): Promise<RawArtifact> {
  const isMetadata = classNameOf(raw.root) === METADATA;
  const attributes = isMetadata ? attributesOf(raw.root) : undefined;
  const named = dictAt(attributes, "state_dict_metadata");
  const stored = dictAt(attributes, "storage_data");
  if (named === undefined || stored === undefined || context.siblings === undefined) return raw;
  const folder = new DistributedFolder(source, context);
  const places = placesOf(stored);
  const keys: Value[] = [];
  const values: Value[] = [];
  for (const [k, key] of named.keys.entries()) {
    if (context.work.isDue()) await context.work.checkpoint();
    if (typeof key !== "string") continue;
    keys.push(key);
    values.push(await folder.value(key, sizeIn(named.values[k]), places.get(key) ?? []));
  }
  return {
    ...raw,
    format: "torch",
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [
      { id: "torch.form", label: "Form", value: "distributed checkpoint" },
      { id: "torch.files", label: "Files", value: String(folder.files) },
    ],
    told: { framework: { name: "torch" } },
    imports: [...(raw.imports ?? []), ...folder.imports],
    findings: [...raw.findings, ...folder.findings.all()],
    complete: raw.complete && folder.isWhole,
  };
}

/** Where one chunk lies: from which index on in its tensor, and in which file. */
interface Place {
  readonly starts: readonly number[];
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

class DistributedFolder {
  readonly findings = new CappedFindings();
  readonly imports: ImportUse[] = [];
  isWhole = true;
  private readonly source: ByteSource;
  private readonly context: ReadContext;
  private readonly opened = new Map<string, ByteSource | undefined>();
  /** Chunks share no bytes: what they claim together is no more than what there is. */
  private toRead = 0;

  constructor(source: ByteSource, context: ReadContext) {
    this.source = source;
    this.context = context;
  }

  get files(): number {
    return this.opened.size;
  }

  async value(name: string, size: readonly number[] | undefined, places: readonly Place[]): Promise<Value> {
    try {
      if (places.length === 0) throw corrupt("the metadata does not say where it is");
      const pieces: Piece[] = [];
      for (const place of places) pieces.push(await this.piece(place, size));
      return size === undefined ? (pieces[0]?.value ?? null) : assembled(size, pieces);
    } catch (error) {
      return this.unread(name, asArtifactError(error, `reading ${name}`));
    }
  }

  private async piece({ starts, file, offset, length }: Place, size: readonly number[] | undefined): Promise<Piece> {
    const source = await this.open(file);
    if (offset + length > source.size) throw truncated(file, offset, length, Math.max(0, source.size - offset));
    this.toRead -= length;
    if (this.toRead < 0) throw corrupt(`${file}: the chunks have more bytes than the files`);
    const { readInner } = this.context;
    if (readInner === undefined) throw corrupt(`${file} cannot be read here`);
    const inner = await readInner(slice(source, offset, offset + length, file), file);
    for (const found of inner.findings) this.findings.add(found);
    if (this.imports.length < LIMITS.tensors) append(this.imports, inner.imports ?? []);
    this.isWhole &&= inner.complete;
    const value = inner.root ?? null;
    const shape = isNode(value) && value.kind === "tensor" ? value.tensor.shape : (size ?? []);
    const extents: Extent[] = shape.map((held, d) =>
      held === size?.[d] ? undefined : { start: starts[d] ?? 0, length: held },
    );
    return { extents, value };
  }

  private async open(file: string): Promise<ByteSource> {
    if (!this.opened.has(file)) {
      const source = await this.context.siblings?.open(file);
      this.opened.set(file, source);
      this.toRead += source?.size ?? 0;
    }
    const found = this.opened.get(file);
    if (found === undefined) throw corrupt(`${file} is not beside it`);
    return found;
  }

  private unread(name: string, reason: ArtifactError): Value {
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    this.isWhole = false;
    const rule = reason.code === "truncated" ? "integrity/truncated" : "integrity/not-read";
    const sentence = say("The values of {name} are not read: {reason}.", { name, reason: reason.message });
    this.findings.add(finding(rule, "error", sentence, { path: name, evidence: { file: this.source.name } }));
    return unread(reason.message, 0);
  }
}

function dictAt(attributes: DictNode | undefined, name: string): DictNode | undefined {
  const value = attributes === undefined ? undefined : dictGet(attributes, name);
  return isNode(value) && value.kind === "dict" ? value : undefined;
}

/** Of a tensor; undefined for what was stored as bytes. */
function sizeIn(metadata: Value | undefined): readonly number[] | undefined {
  const attributes = attributesOf(metadata);
  return attributes === undefined ? undefined : torchSize(dictGet(attributes, "size"));
}

/** `torch.Size((2, 3))`, which a pickle makes by a call. */
function torchSize(value: Value | undefined): readonly number[] | undefined {
  const items = isNode(value) && value.kind === "object" ? value.args[0] : value;
  return argumentsOf(items) === undefined ? undefined : sizesOf(items);
}

function placesOf(stored: DictNode): ReadonlyMap<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const [k, key] of stored.keys.entries()) {
    const index = attributesOf(key);
    const info = attributesOf(stored.values[k]);
    if (index === undefined || info === undefined) continue;
    const name = dictGet(index, "fqn");
    const file = dictGet(info, "relative_path");
    const offset = sizeOf(dictGet(info, "offset"));
    const length = sizeOf(dictGet(info, "length"));
    if (typeof name !== "string" || typeof file !== "string" || offset === undefined || length === undefined) continue;
    const place: Place = { starts: torchSize(dictGet(index, "offset")) ?? [], file, offset, length };
    const known = places.get(name);
    if (known === undefined) places.set(name, [place]);
    else known.push(place);
  }
  return places;
}
