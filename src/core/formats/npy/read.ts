import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { asArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import type { Fact, ImportUse } from "../../model/artifact.ts";
import { holdsObjects } from "../../model/numpy-dtype.ts";
import { say } from "../../model/sentence.ts";
import { denseByteLength } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { joblibArrays } from "../joblib/wrapper.ts";
import { readPickles } from "../pickle/read.ts";
import { MAGIC, type NpyHeader, readNpyHeader } from "./header.ts";

/** One array and what there is to say about its bytes. */
export interface NpyContent {
  readonly value: Value;
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  /** Of an object array's pickle. */
  readonly imports: readonly ImportUse[];
  readonly complete: boolean;
}

/** Reads one `.npy`, its elements left where they are. Throws when the header cannot be read. */
export async function readNpy(source: ByteSource, context: ReadContext): Promise<NpyContent> {
  const header = await readNpyHeader(source);
  const facts: Fact[] = [
    { id: "npy.version", label: "NPY version", value: header.version },
    { id: "npy.order", label: "Order", value: header.isFortran ? "Fortran" : "C" },
  ];
  const odd = header.oddities.map((oddity) => oddHeader(source, header, oddity));
  const content = holdsObjects(header.dtype)
    ? await readObjects(source, header, context)
    : await readElements(source, header);
  return { ...content, facts: [...facts, ...content.facts], findings: [...odd, ...content.findings] };
}

async function readElements(source: ByteSource, header: NpyHeader): Promise<NpyContent> {
  const { dtype, shape, isFortran, dataStart } = header;
  const needed = denseByteLength({ dtype, shape });
  const available = source.size - dataStart;
  const data = slice(source, dataStart, dataStart + Math.min(needed, available));
  const value: Value = {
    kind: "tensor",
    tensor: { dtype, shape, order: isFortran ? "F" : "C", offset: 0, data },
    className: "numpy.ndarray",
    offset: 0,
  };
  const findings: Finding[] = [];
  if (available < needed) findings.push(cut(source, header, needed, available));
  if (available > needed) findings.push(await trailing(source, dataStart + needed));
  return { value, facts: [], findings, imports: [], complete: available >= needed };
}

/** An object array is a pickle of itself; only the pickle knows what is in it. */
async function readObjects(source: ByteSource, header: NpyHeader, context: ReadContext): Promise<NpyContent> {
  const pickle = slice(source, header.dataStart, source.size);
  try {
    // Where the bytes are inflated ones, offsets are not of the opened file: the pickle's reader is told so.
    const inner =
      source.origin === undefined ? { ...context, container: [...context.container, source.name] } : context;
    const { root, facts, findings, imports, complete } = await readPickles(pickle, inner, joblibArrays);
    const value = root ?? unread(header);
    return { value, facts, findings, imports: imports ?? [], complete };
  } catch (error) {
    const reason = asArtifactError(error, `${source.name}: pickle of an object array`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    const found = finding(
      reason.code === "truncated" ? "integrity/truncated" : "integrity/corrupt",
      "error",
      say("{name} is an array of Python objects, and the pickle that holds them cannot be read: {reason}.", {
        name: source.name,
        reason: reason.message,
      }),
      placeIn(source, header.dataStart, pickle.size),
    );
    return { value: unread(header), facts: [], findings: [found], imports: [], complete: false };
  }
}

function unread({ dtype, shape, dataStart }: NpyHeader): Value {
  const why = `the pickle of an array [${shape.join(", ")}] of ${dtype.name} could not be read`;
  return { kind: "unread", why, offset: dataStart };
}

function oddHeader(source: ByteSource, { dataStart }: NpyHeader, oddity: string): Finding {
  return finding(
    "integrity/corrupt",
    "warning",
    say("The header of {name} has {oddity}; numpy refuses such a file.", { name: source.name, oddity }),
    placeIn(source, 0, dataStart),
  );
}

function cut(source: ByteSource, { dtype, shape, dataStart }: NpyHeader, needed: number, available: number): Finding {
  return finding(
    "integrity/truncated",
    "error",
    say(
      "{name} is cut: an array [{shape}] of {dtype} needs {needed} bytes from byte {start} on, {available} are there. The elements before the cut are shown.",
      { name: source.name, shape: shape.join(", "), dtype: dtype.name, needed, start: dataStart, available },
    ),
    {
      ...placeIn(source, dataStart, available),
      evidence: { needed: String(needed), available: String(available) },
    },
  );
}

async function trailing(source: ByteSource, start: number): Promise<Finding> {
  const length = source.size - start;
  const next = await source.read(start, Math.min(source.size, start + MAGIC.length));
  const place = { ...placeIn(source, start, length), evidence: { bytes: String(length) } };
  if (MAGIC.every((byte, at) => next[at] === byte))
    return finding(
      "integrity/trailing-bytes",
      "warning",
      say("Another array follows at byte {start} of {name}; only the first one was read, as numpy.load does.", {
        start,
        name: source.name,
      }),
      place,
    );
  return finding(
    "integrity/trailing-bytes",
    "warning",
    say("{length} bytes follow the array's last element at byte {start} of {name}; they were not read.", {
      length,
      start,
      name: source.name,
    }),
    place,
  );
}
