import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { readNnef } from "./read.ts";

//   tar: graph.nnef           the network as text; variables name their files: label = 'weight'
//        weight.dat           a tensor: 128 bytes of header, then elements, the last index fastest
//   header: 4e ef, version; u32 bytes of elements; u32 dimensions; u32 sizes, eight of them; u32 bits of an element;
//           u32 what elements are (0 float, 1 unsigned, 2 and 3 quantised, 4 signed, 5 bool; vendors have others)
//   https://registry.khronos.org/NNEF/specs/1.0/nnef-1.0.5.html#container-organization

export const nnefFormat: Format = {
  id: "nnef",
  label: "NNEF",
  extensions: [".nnef.tar", ".nnef"],
  sniff,
  read: readNnef,
};

const BLOCK = 512;

/** A tar archive whose first members have graph.nnef among them, or whose name says what it is. */
function sniff({ name, head }: Probe): Match | undefined {
  if (!startsWithText(head, "ustar", 257)) return undefined;
  if (/\.nnef(?:\.tar|\.tgz|$)/i.test(name)) return { certainty: "certain", reason: "a tar archive named .nnef" };
  for (let at = 0; at < head.length; at += BLOCK)
    if (startsWithText(head, "graph.nnef\0", at) || startsWithText(head, "./graph.nnef\0", at))
      return { certainty: "certain", reason: "a tar archive with graph.nnef" };
  return undefined;
}
