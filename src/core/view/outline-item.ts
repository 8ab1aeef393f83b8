import type { TreeEnsemble } from "../meaning/trees/ensemble.ts";
import type { Fact, NamedValue, Parameter } from "../model/artifact.ts";
import type { Value } from "../model/value.ts";
import type { OutlineIcon, OutlineRow } from "./viewer-model.ts";

export type GroupId =
  | "trees"
  | "parameters"
  | "hyperparameters"
  | "fitted"
  | "values"
  | "schema"
  | "environment"
  | "metadata"
  | "imports"
  | "structure";

/** What a row is about; the details pane is made from it. */
export type About =
  | { readonly type: "ensemble"; readonly ensemble: TreeEnsemble }
  | { readonly type: "group"; readonly group: GroupId }
  | { readonly type: "prefix"; readonly prefix: string; readonly group: GroupId }
  | { readonly type: "parameter"; readonly parameter: Parameter }
  | { readonly type: "value"; readonly named: NamedValue }
  | { readonly type: "names"; readonly what: string; readonly names: readonly string[] }
  | { readonly type: "fact"; readonly fact: Fact }
  | { readonly type: "raw"; readonly value: Value };

/** A row of the outline with what it needs to make its children. */
export interface Item {
  readonly id: string;
  readonly parent?: Item;
  readonly label: string;
  readonly labelIsName: boolean;
  readonly detail: string;
  readonly icon: OutlineIcon;
  readonly badges: OutlineRow["badges"];
  readonly path?: string;
  /** Position among its siblings. */
  readonly index: number;
  readonly about: About;
  /** Children that are rows of their own kind; absent where they come from the raw value or there are none. */
  children?: readonly Item[];
}

export function depthOf(item: Item): number {
  let depth = 0;
  for (let at = item.parent; at !== undefined; at = at.parent) depth += 1;
  return depth;
}
