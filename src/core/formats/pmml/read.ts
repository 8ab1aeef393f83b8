import type { ByteSource } from "../../bytes/source.ts";
import { parseXml } from "../../bytes/xml/parse.ts";
import { corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";

import type { ReadContext } from "../format.ts";
import { reportValues, reportXml } from "../xml/findings.ts";
import { PlainValues } from "../xml/plain.ts";
import { PMML_DIALECT } from "./dialect.ts";
import { factsOf, firstModel, frameworkOf, schemaOf } from "./schema.ts";

/**
 * Reads a PMML document of any version: models, fields and transformations as data with numbers as they are written, trees
 * as tables; who made it as metadata. Throws when there is no PMML element.
 */
export async function readPmml(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const parsed = await parseXml(source, work);
  const { root } = parsed.document;
  if (root?.name !== "PMML") throw parsed.error ?? corrupt(`${source.name}: the first element is no PMML`, 0);
  const findings = new CappedFindings();
  const isTextWhole = reportXml(source, parsed, findings);
  const values = new PlainValues(PMML_DIALECT, work, parsed.isSame);
  const attributes = root.attributes.map(({ name }) => name);
  const inside = new Set<string>();
  root.childWhere(({ name }) => {
    if (name !== "Header") inside.add(name);
    return false;
  });
  const metadata = await values.entries(root, "", 0, inside);
  const content = await values.entries(root, "", 0, new Set(["Header", ...attributes]));
  reportValues(values, findings);
  const hasModel = firstModel(root) !== undefined;
  if (!hasModel) findings.add(finding("integrity/not-read", "warning", say("The PMML document has no model.")));
  return {
    format: "pmml",
    container: [],
    root: dictOf(content),
    namedTensors: false,
    facts: factsOf(root, parsed.encoding),
    metadata: dictOf(metadata),
    told: { framework: frameworkOf(root), schema: schemaOf(root), axes: values.axes },
    findings: findings.all(),
    complete: isTextWhole && values.isWhole,
  };
}
