import { SourceCursor } from "../../bytes/source-cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { placeIn } from "../../bytes/place.ts";
import { asArtifactError, corrupt, truncated, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { tensorUnread } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import type { Header } from "../gguf/header.ts";
import { TensorLayout } from "../gguf/layout.ts";
import { stoppedAt } from "../stopped.ts";
import { type Head, readHead } from "./head.ts";
import { ADAPTER, RWKV, UNVERSIONED, VERSIONED } from "./layouts.ts";
import { dataOf, tensorHeader } from "./tensors.ts";

/** The four letters as they lie in the file, which are those of a little-endian number. */
export const MAGICS: Readonly<Record<string, string>> = { lmgg: "ggml", fmgg: "ggmf", tjgg: "ggjt", algg: "ggla" };

const ALIGNMENT = 32;
/** ftype = type + 1000 x version of the blocks; the present blocks are of version 2 (GGML_QNT_VERSION). */
const VERSION_FACTOR = 1000n;
const BLOCK_VERSION = 2n;
/** The first version of ggjt with the present blocks. */
const GGJT_BLOCKS = 3;
/** Hyper-parameters that size what every model of their kind has. */
const POSITIVE = /^n_(?:vocab|embd|embed|head|layer|ctx|mels|fft|audio_[a-z]+|text_[a-z]+)$/;

/**
 * Reads a GGML file of before GGUF: hyper-parameters and vocabulary, tensors by name where they lie. Which model it is
 * tells only what fits. Tensors in blocks of a form that was given up are named and not read.
 */
export async function readGgml(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const cursor = new SourceCursor(source);
  const magic = MAGICS[String.fromCharCode(...(await cursor.take(4)))];
  if (magic === undefined) throw corrupt(`${source.name}: no signature of GGML`, 0);
  const version = magic === "ggml" ? undefined : await cursor.u32();
  const head = await readHead(source, cursor.offset, layoutsOf(source, magic, version), work);
  const findings = new CappedFindings();
  const header: Header = { version: 0, isBigEndian: false, keys: [], values: [], tensors: [], end: head.end };
  const layout = new TensorLayout(source, header, 0, 1, findings, new Set());
  const reading: Reading = { source, findings, layout, keys: [], values: [], isWhole: head.error === undefined };
  if (head.error === undefined) {
    const isPadded = magic === "ggjt" || magic === "ggla";
    const ftype = head.hyperparameters.get("ftype") ?? 0n;
    const isPresent = magic === "ggml" ? ftype / VERSION_FACTOR === BLOCK_VERSION : (version ?? 0) >= GGJT_BLOCKS;
    cursor.offset = head.end;
    await readTensors(cursor, reading, isPadded, !isPresent, work.isDue.bind(work), work.checkpoint.bind(work));
  } else findings.add(stoppedAt(source, head.error));
  layout.finish();
  for (const [name, value] of head.hyperparameters)
    if (value <= 0n && POSITIVE.test(name)) findings.add(noSize(source, name, value));
  return {
    format: "ggml",
    container: [],
    root: {
      kind: "dict",
      keys: [...head.arrays.map(([name]) => name), ...reading.keys],
      values: [...head.arrays.map(([, value]) => value), ...reading.values],
    },
    namedTensors: true,
    facts: [
      {
        id: "ggml.version",
        label: "GGML",
        value: version === undefined ? `${magic}, without a version` : `${magic}, version ${version}`,
      },
      { id: "ggml.family", label: "Laid out as", value: head.layout.family },
    ],
    metadata: metadataOf(head),
    findings: findings.all(),
    complete: reading.isWhole && layout.isWhole,
  };
}

interface Reading {
  readonly source: ByteSource;
  readonly findings: CappedFindings;
  readonly layout: TensorLayout;
  readonly keys: Value[];
  readonly values: Value[];
  isWhole: boolean;
}

async function readTensors(
  cursor: SourceCursor,
  reading: Reading,
  isPadded: boolean,
  hasOldBlocks: boolean,
  isDue: () => boolean,
  checkpoint: () => Promise<void>,
): Promise<void> {
  const { source, findings, layout } = reading;
  try {
    while (cursor.remaining > 0) {
      if (isDue()) await checkpoint();
      const info = await tensorHeader(cursor);
      const offset = isPadded ? Math.ceil(cursor.offset / ALIGNMENT) * ALIGNMENT : cursor.offset;
      const data = dataOf(info, hasOldBlocks);
      if (typeof data === "string") throw unsupported(`${source.name}: the data of ${info.name}: ${data}`, info.at);
      if (data.old === undefined) {
        layout.add({ ...info, offset });
        reading.keys.push(info.name);
        reading.values.push(layout.values.at(-1) ?? null);
      } else {
        const reason = unsupported(`its blocks (${data.old}) have a form of 2023 that was given up`, info.at);
        findings.add(tensorUnread(source, info.name, info.at, reason));
        reading.keys.push(info.name);
        reading.values.push({ kind: "unread", why: reason.message, offset: info.at });
        reading.isWhole = false;
      }
      if (reading.keys.length > LIMITS.tensors) throw unsupported(`${source.name}: over ${LIMITS.tensors} tensors`);
      // A tensor that is cut is the layout's to tell.
      if (offset + data.bytes > source.size) {
        if (data.old !== undefined) throw truncated(source.name, offset, data.bytes, source.size - offset);
        return;
      }
      cursor.offset = offset + data.bytes;
    }
  } catch (error) {
    const reason = asArtifactError(error, source.name);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    findings.add(stoppedAt(source, reason));
    reading.isWhole = false;
  }
}

function layoutsOf(source: ByteSource, magic: string, version = 0): typeof UNVERSIONED {
  if (magic === "ggml") return UNVERSIONED;
  if (magic === "ggmf" && (version === 100 || version === 101)) return RWKV;
  if (magic === "ggla" && version === 1) return ADAPTER;
  if ((magic === "ggmf" && version === 1) || (magic === "ggjt" && version >= 1 && version <= 3)) return VERSIONED;
  throw unsupported(`${source.name}: ${magic} of version ${version}`, 4);
}

function noSize(source: ByteSource, name: string, value: bigint): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("The hyper-parameter {name} is {value}: no model can be made of that.", { name, value: String(value) }),
    placeIn(source, 0, 0),
  );
}

function metadataOf({ hyperparameters, metadata }: Head): Value {
  return dictOf([["hyperparameters", dictOf([...hyperparameters])], ...metadata]);
}
