import { append } from "../append.ts";
import { type ByteSource, slice } from "../bytes/source.ts";
import type { Finding } from "../findings/finding.ts";
import type { ImportUse, RawArtifact } from "../model/artifact.ts";
import type { Work } from "../work.ts";
import { importsBehind } from "./pickle/behind.ts";

/** Formats that look behind their own end. */
const LOOKING_BEHIND: ReadonlySet<string> = new Set(["pickle", "joblib"]);

/** What pickles in the bytes that follow the end of a model would import: whoever goes on reading there loads them. */
export class BehindEnd {
  readonly imports: ImportUse[] = [];
  /** Where not all was searched. */
  readonly findings: Finding[] = [];
  private readonly work: Work;

  constructor(work: Work) {
    this.work = work;
  }

  /** Behind a compressed stream, whose findings count from the first byte of `source`. */
  async ofContainer(findings: readonly Finding[], source: ByteSource): Promise<void> {
    for (const { rule, range } of findings)
      if (rule === "integrity/trailing-bytes" && range !== undefined) await this.look(source, range.offset, new Set());
  }

  /** Behind the model, whose findings count from the first byte of the file. */
  async ofModel(raw: RawArtifact, source: ByteSource): Promise<void> {
    if (LOOKING_BEHIND.has(raw.format)) return;
    const { origin = 0 } = source;
    const known = new Set(raw.imports?.map(({ offset }) => offset));
    for (const { rule, range } of raw.findings) {
      if (rule !== "integrity/trailing-bytes" || range === undefined) continue;
      const [start, end] = [range.offset - origin, range.offset - origin + range.length];
      if (start >= 0 && end <= source.size) await this.look(slice(source, 0, end), start, known);
    }
  }

  /** `known`: offsets of imports that are told already. */
  private async look(source: ByteSource, from: number, known: Set<number>): Promise<void> {
    const behind = await importsBehind(source, from, this.work);
    append(
      this.imports,
      behind.imports.filter(({ offset }) => !known.has(offset)),
    );
    for (const { offset } of behind.imports) known.add(offset);
    if (behind.finding !== undefined) this.findings.push(behind.finding);
  }
}
