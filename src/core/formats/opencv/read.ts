import type { ByteSource } from "../../bytes/source.ts";
import { parseXml } from "../../bytes/xml/parse.ts";
import { corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { tensorUnread } from "../../findings/partly-read.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import type { ReadContext } from "../format.ts";
import { reportValues, reportXml } from "../xml/findings.ts";
import { PlainValues } from "../xml/plain.ts";
import { opencvDialect } from "./dialect.ts";

/**
 * Reads OpenCV's storage as XML: nodes by name, matrices in their own type, other numbers as they are written. Throws when
 * there is no `opencv_storage` element.
 */
export async function readOpencv(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const parsed = await parseXml(source, work);
  const { root } = parsed.document;
  if (root?.name !== "opencv_storage")
    throw parsed.error ?? corrupt(`${source.name}: the first element is no opencv_storage`, 0);
  const findings = new CappedFindings();
  let isWhole = reportXml(source, parsed, findings);
  const dialect = opencvDialect(parsed.isSame, ({ path, reason }) => {
    isWhole = false;
    findings.add(tensorUnread(source, path, parsed.isSame ? (reason.place.offset ?? 0) : 0, reason));
  });
  const values = new PlainValues(dialect, work, parsed.isSame);
  const entries = await values.entries(root, "", 0);
  reportValues(values, findings);
  const model = root.children.find(({ name }) => /^opencv_ml_|^cascade$/.test(name));
  const kind = model?.name ?? root.children[0]?.attribute("type_id");
  const facts: Fact[] = [{ id: "opencv.encoding", label: "Encoding", value: parsed.encoding }];
  if (kind !== undefined) facts.push({ id: "opencv.kind", label: "Kind", value: kind });
  return {
    format: "opencv",
    container: [],
    root: dictOf(entries),
    namedTensors: false,
    facts,
    told: { framework: { name: "opencv", ...(model === undefined ? {} : { className: model.name }) } },
    findings: findings.all(),
    complete: isWhole && values.isWhole,
  };
}
