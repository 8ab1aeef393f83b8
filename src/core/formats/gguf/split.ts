import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import { toBigInt } from "../../model/decode.ts";
import { readElements } from "../../model/window.ts";
import type { ReadContext } from "../format.ts";
import * as say from "./findings.ts";
import { type Header, readHeader } from "./header.ts";

// One model over several files, `name-00001-of-00003.gguf` ...: each has its own header, with split.no from 0 on,
// split.count, and split.tensors.count of all of them. The first one has the metadata.
// https://github.com/ggml-org/llama.cpp/tree/master/tools/gguf-split

/** What a part says of the whole. */
export interface Split {
  /** From 0 on. */
  readonly number: number;
  readonly count: number;
  /** Tensors of all parts, where it is told. */
  readonly tensors?: number;
}

export interface Part {
  readonly source: ByteSource;
  readonly header: Header;
}

/** Undefined for a model in one file. */
export async function splitOf(header: Header): Promise<Split | undefined> {
  const count = await numberAt(header, "split.count");
  const number = await numberAt(header, "split.no");
  if (count === undefined || number === undefined || count < 2 || number < 0 || number >= count) return undefined;
  const tensors = await numberAt(header, "split.tensors.count");
  return { number, count, ...(tensors !== undefined && { tensors }) };
}

/** The parts that are there, in order; a finding for each that is not, or is no part of this model. */
export async function openParts(
  split: Split,
  header: Header,
  source: ByteSource,
  { siblings, work }: ReadContext,
  findings: CappedFindings,
): Promise<Part[]> {
  const own = { source, header };
  const name = /^(.*)-(\d{5})-of-(\d{5})(\.gguf)$/i.exec(siblings?.own ?? "");
  if (siblings === undefined || name === null || Number(name[2]) !== split.number + 1) {
    findings.add(say.partsUnknown(source, split.number + 1, split.count));
    return [own];
  }
  const parts: Part[] = [];
  for (let number = 0; number < split.count; number++) {
    if (work.isDue()) await work.checkpoint();
    if (number === split.number) {
      parts.push(own);
      continue;
    }
    const beside = `${name[1]}-${String(number + 1).padStart(5, "0")}-of-${name[3]}${name[4]}`;
    try {
      if (number >= LIMITS.ggufParts) throw new Error(`more than ${LIMITS.ggufParts} parts`);
      const found = await siblings.open(beside);
      if (found === undefined) {
        findings.add(say.partMissing(source, beside));
        continue;
      }
      const part = elsewhere(found);
      const read = await readHeader(part, work);
      if (read.error !== undefined && read.tensors.length === 0) throw read.error;
      const other = await splitOf(read);
      if (read.error === undefined && (other?.number !== number || other.count !== split.count))
        throw new Error(`it is not part ${number + 1} of ${split.count}`);
      parts.push({ source: part, header: read });
    } catch (error) {
      const reason = asArtifactError(error, beside);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      findings.add(say.partUnread(source, beside, reason.message));
    }
  }
  return parts;
}

/** Bytes of another file: no finding may point to them as to bytes of the opened one. */
function elsewhere(source: ByteSource): ByteSource {
  return { size: source.size, name: source.name, read: (start, end) => source.read(start, end) };
}

async function numberAt({ keys, values }: Header, key: string): Promise<number | undefined> {
  const value = values[keys.lastIndexOf(key)];
  if (typeof value !== "object" || value?.kind !== "scalar") return undefined;
  const { dtype } = value.tensor;
  if (dtype.kind !== "i" && dtype.kind !== "u") return undefined;
  const bytes = await readElements(value.tensor, 0, 1);
  return Number(toBigInt(dtype, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0));
}
