import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import { bytesAfter } from "../../findings/bytes-after.ts";
import { codeIn } from "./findings.ts";
import { BinaryInput, type Machine, TextInput, type Torch7Input } from "./input.ts";
import { ObjectReader } from "./objects.ts";
import { isText } from "./text-form.ts";

const MACHINES: readonly Machine[] = [
  { order: "little", longBytes: 8 },
  { order: "little", longBytes: 4 },
  { order: "big", longBytes: 8 },
  { order: "big", longBytes: 4 },
];

interface Attempt {
  readonly machine: Machine;
  readonly reader: ObjectReader;
  readonly root: Value | undefined;
  readonly end: number;
  readonly error?: ArtifactError;
}

/**
 * Reads what `torch.save` wrote in binary: tables, objects with their state, tensors as views of storages, functions as
 * the bytes they are. Byte order and word size are those that read the file to its end. Throws when nothing of it
 * can be read.
 */
export async function readTorch7(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const head = await source.read(0, Math.min(source.size, LIMITS.probeHeadBytes));
  const asText = isText(head);
  const best = asText ? await tryInput(await TextInput.of(source), work) : await bestAttempt(source, work);
  const { root, reader, machine, error, end } = best;
  if (root === undefined) throw error ?? corrupt(`${source.name}: no object`, 0);
  const findings = new CappedFindings();
  if (error !== undefined) findings.add(stoppedAt(source, error));
  for (const found of reader.findings) findings.add(found);
  for (const at of reader.functions) findings.add(codeIn(source, at));
  const isEnded = end >= source.size || (asText && (await isBlank(source, end)));
  if (error === undefined && !isEnded) findings.add(bytesAfter(source, end));
  return {
    format: "torch7",
    container: [],
    root,
    namedTensors: false,
    facts: asText
      ? [{ id: "torch7.encoding", label: "Encoding", value: "text" }]
      : [
          { id: "torch7.byte-order", label: "Byte order", value: `${machine.order}-endian` },
          ...(reader.hasLongs
            ? [{ id: "torch7.long", label: "Size of a long", value: `${machine.longBytes} bytes` }]
            : []),
        ],
    told: { framework: { name: "torch7", ...(reader.rootClass === undefined ? {} : { className: reader.rootClass }) } },
    findings: findings.all(),
    complete: error === undefined && reader.findings.length === 0,
  };
}

/** Nothing but newlines at the end of a text. */
async function isBlank(source: ByteSource, from: number): Promise<boolean> {
  return source.size - from < 16 && (await source.read(from, source.size)).every((byte) => byte <= 0x20);
}

/** The first machine whose reading ends well; else the one that came furthest, as of a file that is cut. */
async function bestAttempt(source: ByteSource, work: Work): Promise<Attempt> {
  let best: Attempt | undefined;
  for (const machine of MACHINES) {
    const attempt = await tryMachine(source, machine, work);
    if (attempt.error === undefined && attempt.end === source.size && attempt.reader.findings.length === 0)
      return attempt;
    if (best === undefined || rank(attempt, source) > rank(best, source)) best = attempt;
  }
  if (best === undefined) throw corrupt(`${source.name}: no object`, 0);
  return best;
}

/** A wrong guess ends in contradictions early; the right one runs into the end of a cut file, or through. */
function rank({ error, end, root, reader }: Attempt, source: ByteSource): number {
  if (root === undefined) return 0;
  const way = error === undefined ? 3 : error.code === "truncated" ? 2 : 1;
  return way + end / (source.size + 1) - Math.min(1, reader.findings.length) * 2;
}

function tryMachine(source: ByteSource, machine: Machine, work: Work): Promise<Attempt> {
  return tryInput(new BinaryInput(source, machine), work);
}

async function tryInput(input: Torch7Input, work: Work): Promise<Attempt> {
  const { machine, source } = input;
  const reader = new ObjectReader(input, work);
  try {
    const root = await reader.object();
    return { machine, reader, root, end: reader.offset };
  } catch (error) {
    const reason = asArtifactError(error, source.name);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return { machine, reader, root: reader.first, end: reader.offset, error: reason };
  }
}
