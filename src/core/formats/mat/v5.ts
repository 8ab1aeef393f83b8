import { Cursor } from "../../bytes/cursor.ts";
import { InflatedCache, inflatedSource } from "../../bytes/inflated.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { asArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import * as told from "./findings.ts";
import { Elements, MATRIX } from "./v5-elements.ts";
import { MatrixReader } from "./v5-matrix.ts";

const HEADER_BYTES = 128;
const COMPRESSED = 15;

/** Reads a MATLAB 5 to 7 file: its variables, numbers left where they are. Throws when there is no header. */
export async function readMat5(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const head = await source.read(0, Math.min(source.size, HEADER_BYTES));
  const cursor = new Cursor(head, `${source.name}: MAT-file header`);
  const text = cursor.latin1(116).replace(/[\0 ]+$/, "");
  cursor.skip(8);
  const [a, b] = [head[126], head[127]];
  const isBig = a === 0x4d && b === 0x49;
  if (!isBig && !(a === 0x49 && b === 0x4d))
    throw corrupt(
      `${source.name}: MAT-file header ends in ${a}, ${b} where the byte order is told, expected "IM" or "MI"`,
      126,
    );
  const findings = new CappedFindings();
  const reader = new MatrixReader(isBig, findings, context.work);
  const elements = new Elements(source, isBig, HEADER_BYTES);
  const cache = new InflatedCache();
  const keys: Value[] = [];
  const names = new Set<string>();
  const values: Value[] = [];
  let isWhole = true;
  let left: number = LIMITS.matInflatedBytes;
  while (elements.hasMore) {
    if (context.work.isDue()) await context.work.checkpoint();
    const at = elements.at;
    try {
      const element = await elements.next("variable");
      try {
        const inner =
          element.type === COMPRESSED ? await inflated(element.data, isBig, context, cache, findings, left) : element;
        if ("kept" in inner) left -= inner.kept;
        if (inner.type !== MATRIX) throw corrupt(`${source.name}: an element of type ${inner.type} at byte ${at}`, at);
        const { name, value } = await reader.matrix(inner.data, 0);
        if (name !== "" && names.has(name)) findings.add(told.duplicateName(name));
        // What MATLAB keeps for its own classes has no name.
        keys.push(name === "" ? "#subsystem" : name);
        names.add(name);
        values.push(value);
        if ("isDamaged" in inner && inner.isDamaged) isWhole = false;
      } catch (error) {
        const reason = stop(error, source);
        isWhole = false;
        findings.add(told.unreadVariable(source, at, reason));
      }
    } catch (error) {
      const reason = stop(error, source);
      if (keys.length === 0 && at === HEADER_BYTES) throw reason;
      isWhole = false;
      findings.add(told.stopped(source, keys.length, at, reason));
      break;
    }
  }
  if (keys.length === 0 && !isWhole) {
    const [first] = findings.all();
    if (first !== undefined) throw corrupt(first.message, HEADER_BYTES);
  }
  return {
    format: "mat",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: false,
    facts: factsOf(text, isBig),
    findings: findings.all(),
    complete: isWhole && reader.isWhole,
  };
}

function stop(error: unknown, source: ByteSource): ReturnType<typeof asArtifactError> {
  const reason = asArtifactError(error, `reading ${source.name}`);
  if (reason.code === "cancelled" || reason.code === "changed") throw reason;
  return reason;
}

function factsOf(text: string, isBig: boolean): Fact[] {
  return [
    { id: "mat.header", label: "Header", value: text },
    { id: "mat.byte-order", label: "Byte order", value: isBig ? "big-endian" : "little-endian" },
  ];
}

/** The element in a compressed one. Small ones are inflated whole, so that their checksum is tested. */
async function inflated(
  packed: ByteSource,
  isBig: boolean,
  { host, work }: ReadContext,
  cache: InflatedCache,
  findings: CappedFindings,
  left: number,
): Promise<{ readonly type: number; readonly data: ByteSource; readonly isDamaged: boolean; readonly kept: number }> {
  const start = await host.inflate("zlib", packed, 8, work);
  if (start.size < 8) throw start.error ?? corrupt(`${packed.name}: a compressed variable of ${start.size} bytes`);
  const tag = new Cursor(
    await start.content.read(0, 8),
    `${packed.name}: compressed variable`,
    0,
    isBig ? "big" : "little",
  );
  const type = tag.u32();
  const length = tag.u32();
  const size = 8 + length;
  if (size > (packed.size + 16) * 1032)
    throw corrupt(`${packed.name}: ${packed.size} compressed bytes cannot be ${size}`);
  if (size > Math.min(left, LIMITS.zipCheckedBytes)) {
    const whole = inflatedSource("zlib", packed, size, host, cache, String(packed.origin ?? 0));
    return { type, data: slice(whole, 8, size), isDamaged: false, kept: 0 };
  }
  const { bytes, error } = await host.inflate("zlib", packed, size + 64, work);
  if (bytes.length < size)
    throw error ?? corrupt(`${packed.name}: a compressed variable of ${bytes.length} bytes, expected ${size}`);
  if (error !== undefined)
    findings.add(told.damagedVariable(packed, asArtifactError(error, `inflating a variable of ${packed.name}`)));
  return { type, data: fromBytes(bytes.slice(8, size), packed.name), isDamaged: error !== undefined, kept: size };
}
