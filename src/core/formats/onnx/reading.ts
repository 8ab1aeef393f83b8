import type { Siblings } from "../../bytes/siblings.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { Work } from "../../work.ts";
import { ExternalFiles } from "./external.ts";

/** What reading one ONNX file carries along. */
export class OnnxReading {
  readonly source: ByteSource;
  readonly work: Work;
  readonly findings = new CappedFindings();
  readonly files: ExternalFiles;
  /** False once anything could not be read. */
  isWhole = true;

  constructor(source: ByteSource, work: Work, siblings: Siblings | undefined) {
    this.source = source;
    this.work = work;
    this.files = new ExternalFiles(siblings);
  }
}
