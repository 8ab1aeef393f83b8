import path from "node:path";
import { LISTING_FORMS } from "../../core/formats/pickle/listing/listing.ts";
import { jsonText } from "../../core/view/json-text.ts";
import { pickleListing, pickleListingText } from "../../core/view/pickle-listing.ts";
import { openModelFile } from "../../platform/node/model-file.ts";
import type { Session } from "../session.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";

/** Lines that are written at once. */
const BATCH = 500;

/** `show --as disassembly|decompiled FILE`: the pickles of a file as text. */
export async function showPickles(
  { arguments: given, host, work, output, cwd }: Session,
  as: string,
): Promise<ExitCode> {
  const form = LISTING_FORMS.find((each) => each === as);
  if (form === undefined) throw new UsageError(`--as takes ${LISTING_FORMS.join(" or ")}, not "${as}"`);
  const [file, ...more] = given.words;
  if (file === undefined || more.length > 0) throw new UsageError("show --as takes one FILE");
  const full = path.resolve(cwd, file);
  const source = await openModelFile(full, work);
  const name = path.basename(full);
  try {
    if (given.flag("json")) {
      const text = await pickleListingText(source, name, { form }, host, work);
      output.out(`${jsonText({ schemaVersion: 1, file, as: form, text })}\n`);
      return EXIT.done;
    }
    const opcodes = given.flag("all") ? { opcodes: Number.MAX_SAFE_INTEGER } : {};
    let lines: string[] = [];
    for await (const line of pickleListing(source, name, { form, ...opcodes }, host, work)) {
      lines.push(line);
      if (lines.length < BATCH) continue;
      output.out(`${lines.join("\n")}\n`);
      lines = [];
    }
    output.out(`${lines.join("\n")}\n`);
    return EXIT.done;
  } finally {
    await source.close();
  }
}
