import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ParsedXml } from "../../bytes/xml/parse.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { ruleOf } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";
import type { PlainValues } from "./plain.ts";

/** Says what was wrong with the text. True where nothing was: all of it was read. */
export function reportXml(source: ByteSource, parsed: ParsedXml, findings: CappedFindings): boolean {
  const { error, declaredEntities, entityReferences, firstReference, isText } = parsed;
  const place = (at: number) => (parsed.isSame ? placeIn(source, Math.min(at, source.size), 0) : {});
  if (error !== undefined)
    findings.add(
      finding(
        ruleOf(error),
        "error",
        say("Reading stopped within the XML: {reason}. What stands before that is shown.", { reason: error.message }),
        place(error.place.offset ?? 0),
      ),
    );
  if (declaredEntities > 0)
    findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say(
          "The document type declares {count} entities. They are not expanded: that can read other files or fill the memory.",
          { count: declaredEntities },
        ),
        place(0),
      ),
    );
  if (entityReferences > 0)
    findings.add(
      finding(
        "integrity/not-read",
        "error",
        say("{count} references to entities stay as they are written, for entities are not expanded.", {
          count: entityReferences,
        }),
        place(firstReference),
      ),
    );
  if (!isText)
    findings.add(finding("integrity/corrupt", "error", say("Some of the text is not UTF-8 and is shown with U+FFFD.")));
  return error === undefined && declaredEntities === 0 && entityReferences === 0 && isText;
}

/** Says which elements are not among the values. */
export function reportValues({ tooDeep, tooMany, kept }: PlainValues, findings: CappedFindings): void {
  if (tooDeep > 0)
    findings.add(
      finding(
        "integrity/limit",
        "warning",
        say("{count} elements lie more than {depth} deep and are not shown.", {
          count: tooDeep,
          depth: LIMITS.valueDepth,
        }),
      ),
    );
  if (tooMany > 0)
    findings.add(
      finding(
        "integrity/limit",
        "warning",
        say("{count} elements are not shown: {limit} values are kept of one XML text.", {
          count: tooMany,
          limit: kept,
        }),
      ),
    );
}
