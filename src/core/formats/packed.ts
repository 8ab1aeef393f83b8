import type { ByteSource } from "../bytes/source.ts";
import { containerOf } from "./containers.ts";
import type { Probe } from "./format.ts";
import { probeOf, startsWith, startsWithText } from "./probe.ts";

/** Archives that are not opened here. */
export function isSealed({ head }: Pick<Probe, "head">): boolean {
  return startsWith(head, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]) || startsWithText(head, "Rar!\u001a\u0007");
}

/** A member whose own bytes are an archive or a compressed stream: what lies in it is asked like a file of its own. */
export async function isPacked(content: ByteSource, name: string): Promise<boolean> {
  const probe = await probeOf(content, name);
  const { head } = probe;
  if (isSealed(probe) || startsWith(head, [0x50, 0x4b, 3, 4]) || startsWithText(head, "ustar", 257)) return true;
  return containerOf(probe)?.isCertain === true;
}
