import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import type { Work } from "../../work.ts";
import type { Features } from "./features.ts";
import { chunkAt } from "./header.ts";

/**
 * Tests a list that names the features of every label (`LFRF`, transitions) or attribute (`AFRF`, states): the tagger finds
 * them by it. Throws `corrupt` where it says something else than the features themselves.
 */
export async function checkReferences(
  source: ByteSource,
  at: number,
  id: "LFRF" | "AFRF",
  count: number,
  { kinds, sources, states, transitions }: Features,
  work: Work,
): Promise<void> {
  const what = `${source.name}: ${id} chunk`;
  const cursor = await chunkAt(source, at, id);
  const lists = cursor.u32();
  // Two more than labels are made room for.
  if (lists < count) throw corrupt(`${what} at byte ${at}: ${lists} lists for ${count}`, at + 8);
  const kind = id === "LFRF" ? 1 : 0;
  let found = 0;
  for (let k = 0; k < count; k += 1) {
    cursor.seek(at + 12 + 4 * k);
    const list = cursor.u32();
    cursor.seek(list);
    for (let left = cursor.u32(); left > 0; left -= 1) {
      if (work.isDue()) await work.checkpoint();
      const place = cursor.offset;
      const feature = cursor.u32();
      if (kinds[feature] !== kind || sources[feature] !== k)
        throw corrupt(`${what}: feature ${feature} at byte ${place} is none of number ${k}`, place);
      found += 1;
    }
  }
  const all = (kind === 1 ? transitions : states).count;
  if (found !== all) throw corrupt(`${what} at byte ${at} lists ${found} features of ${all}`, at);
}
