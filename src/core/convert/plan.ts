import type { Sentence } from "../model/sentence.ts";

export type TargetId = "model" | "safetensors" | "npz" | "json";

export const TARGETS: readonly TargetId[] = ["model", "safetensors", "npz", "json"];

/** Something that the written file will not hold as the source does. */
export interface LossItem {
  /** `lost`: gone; `changed`: held in another way (a wider dtype, bytes for text) that another reader would see. */
  readonly kind: "lost" | "changed";
  readonly path?: string;
  readonly sentence: Sentence;
  readonly message: string;
}

/** What a conversion will do, before a byte is written. */
export interface ConversionPlan {
  readonly target: TargetId;
  readonly parameters: number;
  /** Estimate of the output, in bytes. */
  readonly byteLength: number;
  /** What is carried in another form without loss: notes, not losses. */
  readonly notes: readonly Sentence[];
  readonly losses: readonly LossItem[];
}

/** What was measured by reading the written file back. */
export interface ConversionResult {
  readonly target: TargetId;
  readonly parameters: number;
  readonly elementsCompared: number;
  readonly byteLength: number;
  readonly fingerprint: string;
  readonly losses: readonly LossItem[];
}
