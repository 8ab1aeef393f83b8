//   0            4
//   +------------+---------------------------------------------------------------------------------------------+
//   | AC ED 00 05| contents: objects, and blocks of bytes that were written between them                       |
//   +------------+---------------------------------------------------------------------------------------------+
//   Each begins with a type byte: 70 null, 71 an earlier one by its number, 72 class, 73 object, 74 text, 75 array,
//   76 class as a value, 77 block, 78 end of what a class wrote itself, 79 numbers begin anew, 7A long block, 7B the
//   exception that stopped the writer, 7C long text, 7D proxy class, 7E enum constant. All numbers big-endian.
//   https://docs.oracle.com/en/java/javase/17/docs/specs/serialization/protocol.html

import type { Format, Match, Probe } from "../format.ts";
import { startsWith, textOf } from "../probe.ts";
import { readJava } from "./read.ts";

export const javaFormat: Format = {
  id: "java",
  label: "Java serialisation",
  extensions: [".ser"],
  sniff: (probe) => {
    if (!isJavaStream(probe)) return undefined;
    // Weka's models are a format of their own.
    const certainty = firstClassName(probe).startsWith("weka.") ? "likely" : "certain";
    return { certainty, reason: "the signature of Java's object streams" };
  },
  read: readJava,
};

export function isJavaStream({ head }: Probe): boolean {
  return startsWith(head, [0xac, 0xed, 0x00, 0x05]);
}

/** The name of the class of the first object; "" where there is none in the head. */
export function firstClassName({ head }: Probe): string {
  if (head[4] !== 0x73 || head[5] !== 0x72) return "";
  const length = (head[6] ?? 0) * 256 + (head[7] ?? 0);
  return textOf(head.subarray(8, 8 + length));
}

/** A match for streams whose first object is of a package. */
export function sniffPackage(probe: Probe, prefix: string): Match | undefined {
  if (!isJavaStream(probe) || !firstClassName(probe).startsWith(prefix)) return undefined;
  return { certainty: "certain", reason: `a Java object of ${prefix}` };
}
