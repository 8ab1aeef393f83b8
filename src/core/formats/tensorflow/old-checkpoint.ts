import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Value } from "../../model/value.ts";
import { reportParse } from "../protobuf/findings.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { SAVED_SLICES } from "./messages.ts";
import { addPiece, assembled, type Extent, type Piece } from "../pieces.ts";
import { tableEntries } from "./table.ts";
import { constantValue, orUnread, shapeOf, type TensorflowReading, type ToldTensor } from "./tensor.ts";

//   Checkpoints of TensorFlow 0 (Saver's V1): a sorted table whose first entry says names, shapes and types, and whose
//   others are pieces of the tensors, each with its numbers in a list.
//   https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice.proto

/** Names and values. What of it cannot be read is a finding. */
export async function readOldCheckpoint(
  source: ByteSource,
  reading: TensorflowReading,
): Promise<{ readonly keys: Value[]; readonly values: Value[] }> {
  const told = new Map<string, ToldTensor>();
  const pieces = new Map<string, Piece[]>();
  try {
    let named = 0;
    for await (const { key, value, at } of tableEntries(source, reading.work)) {
      const bytes = at === undefined ? fromBytes(value, source.name) : slice(source, at, at + value.length);
      const parsed = await parseMessage(bytes, SAVED_SLICES, reading.work);
      if (!reportParse(bytes, parsed, reading.findings)) reading.isWhole = false;
      if (key.length === 0) {
        for (const tensor of parsed.message.message("meta")?.messages("tensor") ?? [])
          told.set(tensor.text("name") ?? "", {
            type: tensor.number("type") ?? 0,
            shape: shapeOf(tensor.message("shape")),
          });
        continue;
      }
      const part = parsed.message.message("data");
      if (part === undefined) throw corrupt(`${source.name}: an entry without data`, at);
      const name = part.text("name") ?? "";
      named += name.length;
      if (named > LIMITS.checkpointNameBytes)
        throw limitExceeded(`${source.name}: bytes of names`, named, LIMITS.checkpointNameBytes);
      const extents = extentsOf(part.message("slice"));
      const read = (): Promise<Value> => pieceValue(part, extents, told.get(name), { ...reading, source: bytes });
      addPiece(pieces, name, { extents, value: await orUnread(reading, name, at ?? 0, read) });
    }
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    if (told.size === 0 || reason.code === "cancelled" || reason.code === "changed") throw reason;
    await orUnread(reading, source.name, 0, () => Promise.reject(reason));
  }
  const keys = [...told.keys()];
  const values: Value[] = [];
  for (const [name, { shape }] of told)
    values.push(await orUnread(reading, name, 0, async () => assembled(shape, pieces.get(name) ?? [])));
  return { keys, values };
}

function extentsOf(place: Message | undefined): Extent[] {
  return (place?.messages("extent") ?? []).map((extent) => {
    const length = extent.number("length");
    return length === undefined ? undefined : { start: extent.number("start") ?? 0, length };
  });
}

async function pieceValue(
  part: Message,
  extents: readonly Extent[],
  told: ToldTensor | undefined,
  reading: TensorflowReading,
): Promise<Value> {
  const tensor = part.message("data");
  if (told === undefined || tensor === undefined) throw corrupt("the table does not say what it is", part.start);
  const shape = told.shape.map((size, d) => extents[d]?.length ?? size);
  return constantValue(tensor, reading, { type: told.type, shape });
}
