import type { ByteSource } from "../../bytes/source.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";
import type { ReadContext } from "../format.ts";
import { placeOf } from "../pickle/report.ts";
import type { Trouble } from "./rebuild.ts";

/** One finding for each value that could not be rebuilt. `source` is the one that the pickle's offsets are of. */
export function troubleFindings(source: ByteSource, troubles: readonly Trouble[], context: ReadContext): Finding[] {
  const findings = new CappedFindings();
  for (const { rule, why, offset } of troubles) {
    const sentence = say("The tensor or storage at byte {offset} of the pickle is not shown: {why}.", { offset, why });
    findings.add(
      finding(rule, rule === "integrity/not-read" ? "warning" : "error", sentence, placeOf(source, context, offset, 0)),
    );
  }
  return findings.all();
}
