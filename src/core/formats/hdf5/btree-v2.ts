import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type H5Cursor, type H5File, widthOf } from "./file.ts";

/** Signature, version, type and checksum of a node. */
const NODE_OVERHEAD = 10;

interface Level {
  /** Records that fit into one node. */
  readonly most: number;
  /** Bytes of the number of records below it. */
  readonly totalWidth: number;
  readonly total: number;
}

/**
 * Walks a version 2 B-tree (III.A.2) and gives each record in order, with the tree's type. A node that is met twice is
 * `corrupt`: trees have no circles.
 */
export async function readBTree2(
  file: H5File,
  address: number,
  each: (record: H5Cursor, type: number) => void,
): Promise<void> {
  const { offset, length } = file.widths;
  const head = await file.checkedBlock(address, 22 + offset + length, "BTHD", "B-tree");
  head.skip(1);
  const type = head.u8();
  const nodeSize = head.u32();
  const recordSize = head.u16();
  const depth = head.u16();
  head.skip(2);
  const root = head.address();
  const count = head.u16();
  const place = file.place(address);
  if (root === undefined || count === 0) return;
  if (recordSize === 0 || nodeSize < NODE_OVERHEAD + recordSize || depth > LIMITS.hdf5TreeDepth)
    throw corrupt(`${file.name}: sizes of the B-tree at byte ${place}`, place);

  const leafRecords = Math.floor((nodeSize - NODE_OVERHEAD) / recordSize);
  const countWidth = widthOf(leafRecords);
  const levels: Level[] = [{ most: leafRecords, totalWidth: 0, total: leafRecords }];
  for (let level = 1; level <= depth; level++) {
    const below = levels[level - 1] as Level;
    const pointer = offset + countWidth + below.totalWidth;
    const most = Math.floor((nodeSize - NODE_OVERHEAD - pointer) / (recordSize + pointer));
    const total = (most + 1) * below.total + most;
    if (most < 1 || !Number.isSafeInteger(total))
      throw corrupt(`${file.name}: sizes of the B-tree at byte ${place}`, place);
    levels.push({ most, total, totalWidth: widthOf(total) });
  }

  const seen = new Set<number>();
  const walk = async (node: number, records: number, level: number): Promise<void> => {
    if (seen.has(node))
      throw corrupt(`${file.name}: a B-tree runs in a circle at byte ${file.place(node)}`, file.place(node));
    seen.add(node);
    if (seen.size > LIMITS.hdf5Nodes)
      throw limitExceeded(`${file.name}: nodes of a B-tree`, seen.size, LIMITS.hdf5Nodes);
    const { most } = levels[level] as Level;
    if (records > most)
      throw corrupt(`${file.name}: ${records} records in a B-tree node for ${most}`, file.place(node));
    const below = levels[level - 1];
    const pointer = below === undefined ? 0 : offset + countWidth + below.totalWidth;
    // Behind the records and pointers comes the checksum; the rest of the node is not used.
    const used = NODE_OVERHEAD + records * recordSize + (below === undefined ? 0 : (records + 1) * pointer);
    const cursor = await file.checkedBlock(node, used, below === undefined ? "BTLF" : "BTIN", "B-tree node");
    cursor.skip(2);
    const found: Uint8Array[] = [];
    const start = node + 6;
    for (let i = 0; i < records; i++) found.push(cursor.take(recordSize));
    const give = (i: number): void => {
      const bytes = found[i];
      if (bytes !== undefined) each(file.cursor(bytes, "B-tree record", start + i * recordSize), type);
    };
    if (below === undefined) {
      for (let i = 0; i < records; i++) give(i);
      return;
    }
    const children: { readonly address: number | undefined; readonly records: number }[] = [];
    for (let i = 0; i <= records; i++) {
      children.push({ address: cursor.address(), records: cursor.uint(countWidth) });
      cursor.skip(below.totalWidth);
    }
    for (const [i, child] of children.entries()) {
      if (child.address !== undefined) await walk(child.address, child.records, level - 1);
      give(i);
    }
  };
  await walk(root, count, depth);
}
