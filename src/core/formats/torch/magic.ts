import { indexOfText, startsWith, startsWithText } from "../probe.ts";

/** PyTorch's mark before its first stream format (torch/serialization.py, MAGIC_NUMBER): the first pickle's value. */
export const TORCH_MAGIC = 0x1950_a86a_20f9_469c_fc6cn;

/** LONG1 of ten bytes, and STOP. */
const BINARY = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e] as const;
/** As protocols 0 and 1 write it. */
const TEXT = "L119547037146038801333356L\n.";

/** True for a file whose first pickle is the mark, whatever its protocol. */
export function beginsWithMagic(head: Uint8Array): boolean {
  if (startsWithText(head, TEXT)) return true;
  // PROTO, and from 4 on a FRAME.
  return startsWith(head, BINARY, 2) || (head[2] === 0x95 && startsWith(head, BINARY, 11));
}

/** The tar archive of PyTorch before 0.1.12: its first member is one of these. */
export function isLegacyTar(head: Uint8Array): boolean {
  if (indexOfText(head.subarray(0, 263), "ustar") !== 257) return false;
  return ["sys_info\0", "pickle\0", "storages\0", "tensors\0", "./sys_info\0", "./pickle\0"].some((name) =>
    startsWithText(head, name),
  );
}
