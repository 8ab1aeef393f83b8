import type { ScalarName } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { CheckpointReader } from "./checkpoint-reader.ts";

/** The types of thresholds and of what leaves give. */
export interface NumberTypes {
  readonly threshold: ScalarName;
  readonly leaf: ScalarName;
}

/** What a major version writes behind its head. */
export interface Layout {
  /** Arrays of a tree. */
  readonly arrays: number;
  settings(reader: CheckpointReader): Promise<readonly (readonly [string, Value])[]>;
  tree(reader: CheckpointReader, types: NumberTypes): Promise<readonly (readonly [string, Value])[]>;
}
