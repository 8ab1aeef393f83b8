import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { expectSignature, type H5Cursor, type H5File } from "./file.ts";

/**
 * Walks a version 1 B-tree (III.A.1) and gives the address that each entry of a leaf leads to, with the key before it.
 * `keySize` bytes are one key: a length for groups, sizes and offsets of a chunk for data.
 */
export async function readBTree1(
  file: H5File,
  address: number,
  nodeType: 0 | 1,
  keySize: number,
  each: (key: H5Cursor, child: number) => void | Promise<void>,
): Promise<void> {
  const { offset } = file.widths;
  const seen = new Set<number>();
  const walk = async (node: number, expectedLevel: number | undefined): Promise<void> => {
    const place = file.place(node);
    if (seen.has(node)) throw corrupt(`${file.name}: a B-tree runs in a circle at byte ${place}`, place);
    seen.add(node);
    if (seen.size > LIMITS.hdf5Nodes)
      throw limitExceeded(`${file.name}: nodes of a B-tree`, seen.size, LIMITS.hdf5Nodes);
    const head = await file.block(node, 8, "B-tree node");
    expectSignature(head, "TREE");
    const type = head.u8();
    const level = head.u8();
    const entries = head.u16();
    if (type !== nodeType || level > LIMITS.hdf5TreeDepth || (expectedLevel !== undefined && level !== expectedLevel))
      throw corrupt(`${file.name}: a B-tree node of type ${type} and level ${level} at byte ${place}`, place);
    const start = node + 8 + 2 * offset;
    const cursor = await file.block(start, entries * (keySize + offset) + keySize, "B-tree node");
    for (let i = 0; i < entries; i++) {
      const key = file.cursor(cursor.take(keySize), "B-tree key", start + i * (keySize + offset));
      const child = cursor.address();
      if (child === undefined) continue;
      if (level > 0) await walk(child, level - 1);
      else await each(key, child);
    }
  };
  await walk(address, undefined);
}
