import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { tensorUnread } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { type Cbor, type CborMap, readCbor } from "./cbor.ts";

const HEADER = 10;
const ALIGNMENT = 256;

const TYPES: Readonly<Record<string, ScalarName>> = {
  F64: "float64",
  F32: "float32",
  Flex32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  Bool: "bool",
};

/** Reads the metadata of a burnpack file, none of its tensors' bytes. Throws when the metadata cannot be read. */
export async function readBurnpack(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const head = new Cursor(await source.read(0, Math.min(HEADER, source.size)), source.name);
  head.skip(4);
  const version = head.u16();
  const length = head.u32();
  if (length > source.size - HEADER) throw truncated(source.name, HEADER, length, source.size - HEADER);
  if (length > LIMITS.burnpackMetadataBytes)
    throw limitExceeded(`${source.name}: metadata`, length, LIMITS.burnpackMetadataBytes, HEADER);
  const metadata = readCbor(new Cursor(await source.read(HEADER, HEADER + length), source.name, HEADER));
  const tensors = metadata instanceof Map ? metadata.get("tensors") : undefined;
  if (!(metadata instanceof Map) || !(tensors instanceof Map))
    throw corrupt(`${source.name}: the metadata have no tensors`, HEADER);
  const findings = new CappedFindings();
  const start = Math.min(source.size, Math.ceil((HEADER + length) / ALIGNMENT) * ALIGNMENT);
  const data = slice(source, start, source.size);
  const entries: (readonly [string, Value])[] = [];
  let isWhole = true;
  for (const [name, entry] of tensors as CborMap) {
    if (work.isDue()) await work.checkpoint();
    try {
      entries.push([name, tensor(entry, data)]);
    } catch (error) {
      const reason = asArtifactError(error, name);
      findings.add(tensorUnread(source, name, HEADER, reason));
      entries.push([name, { kind: "unread", why: reason.message, offset: HEADER }]);
      isWhole = false;
    }
  }
  const rest = metadata.get("metadata");
  return {
    format: "burnpack",
    container: [],
    root: dictOf(entries),
    namedTensors: true,
    facts: [{ id: "burnpack.version", label: "Burnpack", value: `version ${version}` }],
    ...(rest instanceof Map && rest.size > 0 ? { metadata: valueOf(rest) } : {}),
    told: { framework: { name: "burn" } },
    findings: findings.all(),
    complete: isWhole,
  };
}

function tensor(entry: Cbor, data: ByteSource): Value {
  if (!(entry instanceof Map)) throw corrupt("it is no map");
  const [type, dims, offsets] = [entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")];
  const scalar = typeof type === "string" ? TYPES[type] : undefined;
  if (scalar === undefined) throw unsupported(`elements of ${typeof type === "string" ? type : "a quantised type"}`);
  const shape = integers(dims);
  const [start, end] = integers(offsets);
  if (start === undefined || end === undefined || end < start) throw corrupt("its offsets are none");
  const dtype = scalarDType(scalar);
  const length = elementCount(shape) * dtype.itemSize;
  if (length !== end - start) throw corrupt(`${end - start} bytes for the shape [${shape.join(", ")}] of ${scalar}`);
  if (end > data.size) throw truncated(data.name, start, length, data.size - start);
  return {
    kind: "tensor",
    tensor: { dtype, shape, order: "C", offset: start, data },
    className: "tensor",
    offset: start,
  };
}

function integers(value: Cbor | undefined): number[] {
  if (!Array.isArray(value) || value.length > LIMITS.dimensions) throw corrupt("its shape or offsets are no list");
  return value.map((each) => {
    if (typeof each !== "bigint" || each < 0n || each > BigInt(Number.MAX_SAFE_INTEGER))
      throw corrupt("its shape or offsets are no sizes");
    return Number(each);
  });
}

function valueOf(value: Cbor): Value {
  if (value instanceof Map) return dictOf([...(value as CborMap)].map(([key, each]) => [key, valueOf(each)]));
  if (Array.isArray(value)) return listOf(value.map(valueOf));
  if (value instanceof Uint8Array) return listOf([...value].map(BigInt));
  return value as Value;
}
