import type { ByteSource } from "../bytes/source.ts";
import { findPickles, noPickle } from "../formats/pickle/listing/find.ts";
import { listPickles, type ListingForm } from "../formats/pickle/listing/listing.ts";
import type { Host } from "../host.ts";
import { LIMITS } from "../limits.ts";
import type { Work } from "../work.ts";

export interface PickleListing {
  readonly form: ListingForm;
  /** Opcodes of each pickle that are listed; LIMITS.listedOpcodes when absent. */
  readonly opcodes?: number;
}

/**
 * The pickles of a file as text, line by line: what the file holds, whatever its container, in the order of the file.
 * Throws `unsupported` when there is none.
 */
export async function* pickleListing(
  source: ByteSource,
  name: string,
  { form, opcodes = LIMITS.listedOpcodes }: PickleListing,
  host: Host,
  work: Work,
): AsyncGenerator<string> {
  yield `# ${oneLine(name)}: ${TITLES[form]}. Nothing of it was run.`;
  let found = 0;
  for await (const each of findPickles(source, host, work)) {
    if ("problem" in each) {
      yield "";
      yield `# ${oneLine(each.within)} could not be looked at: ${oneLine(each.problem)}`;
      continue;
    }
    found++;
    yield "";
    if (each.within !== "") yield `# in ${oneLine(each.within)}:`;
    yield* listPickles(each.source, each.start, { form, opcodes, work });
  }
  if (found === 0) throw noPickle(name);
}

const TITLES: Readonly<Record<ListingForm, string>> = {
  disassembly: "the opcodes of its pickles",
  decompiled: "what loading its pickles would do",
};

/** All of it, as far as a text document can be long; cut with a sentence. */
export async function pickleListingText(
  source: ByteSource,
  name: string,
  options: PickleListing,
  host: Host,
  work: Work,
): Promise<string> {
  const lines: string[] = [];
  let length = 0;
  for await (const line of pickleListing(source, name, options, host, work)) {
    lines.push(line);
    length += line.length + 1;
    if (length <= LIMITS.listedCharacters) continue;
    lines.push("", "# The listing is cut here: it is longer than a text document should be.");
    break;
  }
  return `${lines.join("\n")}\n`;
}

function oneLine(text: string): string {
  return text.replace(/[\n\r\u2028\u2029]/g, "?");
}
