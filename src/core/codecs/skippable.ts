import type { Work } from "../work.ts";
import { cutShort } from "./damage.ts";
import type { PackedInput } from "./input.ts";

/** Frames of somebody else's data, which LZ4 and zstd both skip: 184d2a50 to 184d2a5f, then a size. */
export async function skipFrame(input: PackedInput, work: Work): Promise<boolean> {
  await input.fill(8);
  const { bytes, at } = input;
  const isSkipped = ((bytes[at] ?? 0) & 0xf0) === 0x50 && input.startsWith([bytes[at] ?? 0, 0x2a, 0x4d, 0x18]);
  if (!isSkipped) return false;
  if (input.available < 8) throw cutShort();
  input.at += 4;
  const size = input.u32();
  if (size > input.remaining) throw cutShort();
  input.seek(input.offset + size);
  await work.checkpoint();
  return true;
}
