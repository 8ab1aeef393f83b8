import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, limitExceeded } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { duplicateKeys, stoppedBy } from "../written/findings.ts";
import { byteText } from "../written/text.ts";
import { YamlParser } from "./parser.ts";
import { YamlScanner } from "./scanner.ts";

/**
 * Reads YAML: maps, lists and scalars as values, rectangular lists of numbers as tensors. What stands before an error is
 * shown with a finding; throws where nothing does. Tags are described, nothing is made of them.
 */
export async function readYaml(source: ByteSource, { work }: Pick<ReadContext, "work">): Promise<RawArtifact> {
  if (source.size > LIMITS.writtenBytes) throw limitExceeded(source.name, source.size, LIMITS.writtenBytes);
  const bytes = await source.read(0, source.size);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new ArtifactError("unsupported", `${source.name}: the text is UTF-16, which is not read`, { offset: 0 });
  const parser = new YamlParser(new YamlScanner(byteText(bytes), bytes, source.name), source.name);
  const documents: Value[] = [];
  const findings: Finding[] = [];
  let isWhole = true;
  try {
    for (;;) {
      const steps = parser.document(documents.length === 0);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) if (work.isDue()) await work.checkpoint();
      if (step.value === undefined) break;
      documents.push(step.value);
      if (work.isDue()) await work.checkpoint();
    }
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled") throw error;
    if (parser.partial !== undefined && isSomething(parser.partial)) documents.push(parser.partial);
    // A text of another kind begins like YAML and goes on as it likes.
    const mayBeText = !isYamlName(source.name) && parser.tags.imports.length === 0;
    if (documents.length === 0 || mayBeText) throw error;
    isWhole = false;
    findings.push(stoppedBy(error, source));
  }
  const { duplicates, duplicateCount } = parser.notes;
  return {
    format: "yaml",
    container: [],
    root: documents.length === 1 ? documents[0] : { kind: "list", type: "list", items: documents },
    namedTensors: false,
    facts: factsOf(documents, parser),
    imports: parser.tags.imports,
    findings: [...findings, ...duplicateKeys(duplicates, duplicateCount, source)],
    complete: isWhole,
  };
}

/** `.yaml` or `.yml`, with a revision behind it or not. */
export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name.replace(/ \([^()]*\)$/, ""));
}

/** More than the beginning of a text that is no YAML at all. */
function isSomething(value: Value): boolean {
  if (!isNode(value)) return false;
  return value.kind === "dict" ? value.keys.length > 0 : value.kind !== "list" || value.items.length > 0;
}

function factsOf(documents: readonly Value[], { notes, tags }: YamlParser): Fact[] {
  const facts: Fact[] = [];
  if (documents.length !== 1) facts.push({ id: "yaml.documents", label: "Documents", value: String(documents.length) });
  const { firstOtherwise } = notes;
  if (firstOtherwise !== undefined)
    facts.push({
      id: "yaml.otherwise",
      label: "Read in another way by YAML 1.1 (PyYAML)",
      value: `${notes.otherwise}, the first "${firstOtherwise.text}" at byte ${firstOtherwise.at}`,
    });
  if (tags.unknown.size > 0)
    facts.push({
      id: "yaml.tags",
      label: "Tags that say nothing known",
      value: [...tags.unknown.keys()].slice(0, 20).join(", ").slice(0, 500),
    });
  return facts;
}
