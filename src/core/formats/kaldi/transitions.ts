import { fromBytes } from "../../bytes/source.ts";
import type { SourceCursor } from "../../bytes/source-cursor.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { Entries } from "./entries.ts";

/** A state or a transition is a dict, which takes several times what a number takes. */
const VALUES_OF_ONE = 4;

/** The topology of phones, whose numbers have no tokens: phones, which entry each has, and the states of each entry. */
export async function readTopology(cursor: SourceCursor, entries: Entries, work: Work): Promise<void> {
  entries.token("Phones");
  entries.value(await integers(cursor));
  entries.token("PhoneToEntry");
  entries.value(await integers(cursor));
  let count = await integer(cursor);
  // Written before the number of entries when states have another class for staying in them.
  const hasSelfLoops = count === -1;
  if (hasSelfLoops) count = await integer(cursor);
  const topologies: Value[] = [];
  let kept = 0;
  const one = async (): Promise<void> => {
    kept += 1;
    if (kept > LIMITS.kaldiValues / VALUES_OF_ONE)
      throw limitExceeded(`${cursor.source.name}: states and transitions`, kept, LIMITS.kaldiValues / VALUES_OF_ONE);
    if (work.isDue()) await work.checkpoint();
  };
  for (let k = 0; k < atMost(cursor, count); k++) {
    await one();
    const states: Value[] = [];
    const stateCount = atMost(cursor, await integer(cursor));
    for (let s = 0; s < stateCount; s++) states.push(await state(cursor, hasSelfLoops, one));
    topologies.push(listOf(states));
  }
  entries.token("States");
  entries.value(listOf(topologies));
}

async function state(cursor: SourceCursor, hasSelfLoops: boolean, one: () => Promise<void>): Promise<Value> {
  await one();
  const forward = BigInt(await integer(cursor));
  const own: [string, Value][] = hasSelfLoops
    ? [
        ["forward_pdf_class", forward],
        ["self_loop_pdf_class", BigInt(await integer(cursor))],
      ]
    : [["pdf_class", forward]];
  const count = atMost(cursor, await integer(cursor));
  const transitions: Value[] = [];
  for (let k = 0; k < count; k++) {
    await one();
    const to = BigInt(await integer(cursor));
    transitions.push(
      dictOf([
        ["to", to],
        ["probability", await float(cursor)],
      ]),
    );
  }
  return dictOf([...own, ["transitions", listOf(transitions)]]);
}

/** Phone, state and classes of distributions, `width` integers for each. */
export async function readTriples(cursor: SourceCursor, width: number, work: Work): Promise<Value> {
  const offset = cursor.offset;
  const count = await integer(cursor);
  if (count < 0 || count * width * 5 > cursor.remaining)
    throw truncated(cursor.source.name, cursor.offset, count * width * 5, cursor.remaining);
  const values = new Int32Array(count * width);
  for (let k = 0; k < values.length; k++) {
    if (work.isDue()) await work.checkpoint();
    values[k] = await integer(cursor);
  }
  const data = fromBytes(new Uint8Array(values.buffer), cursor.source.name);
  const tensor = { dtype: scalarDType("int32"), shape: [count, width], order: "C", offset: 0, data } as const;
  return { kind: "tensor", tensor, className: "kaldi.vector", offset };
}

async function integer(cursor: SourceCursor): Promise<number> {
  const at = cursor.offset;
  if ((await cursor.u8()) !== 4) throw corrupt(`${cursor.source.name}: no integer at byte ${at}`, at);
  return cursor.i32();
}

/** A float32 as the number that it is exactly. */
async function float(cursor: SourceCursor): Promise<Value> {
  const at = cursor.offset;
  if ((await cursor.u8()) !== 4) throw corrupt(`${cursor.source.name}: no number at byte ${at}`, at);
  const bytes = await cursor.take(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}

async function integers(cursor: SourceCursor): Promise<Value> {
  const at = cursor.offset;
  const count = await integer(cursor);
  if (count < 0) throw corrupt(`${cursor.source.name}: ${count} integers at byte ${at}`, at);
  const offset = cursor.offset;
  cursor.skip(count * 4);
  const tensor = { dtype: scalarDType("int32"), shape: [count], order: "C", offset, data: cursor.source } as const;
  return { kind: "tensor", tensor, className: "kaldi.vector", offset: at };
}

/** A count of things that take at least ten bytes each. */
function atMost(cursor: SourceCursor, count: number): number {
  if (count < 0 || count > cursor.source.size / 5)
    throw corrupt(`${cursor.source.name}: a count of ${count} before byte ${cursor.offset}`, cursor.offset);
  return count;
}
