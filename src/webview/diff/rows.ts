import { visibleName } from "../../core/model/unseen.ts";
import type { Verdict } from "../../core/diff/report.ts";
import type { DiffEntryRow, DiffModel } from "../../core/view/diff-model.ts";
import { type PrefixNode, prefixTree } from "../../core/view/prefix-tree.ts";
import { VERDICTS } from "../parts/verdicts.tsx";
import { t } from "../strings.ts";

export type SectionId = "ensembles" | "schema" | "hyperparameters" | "values" | "environment" | "findings";

/** A row of the list on the left. */
export type DiffRow =
  | { readonly kind: "parameters"; readonly count: number }
  | { readonly kind: "prefix"; readonly label: string; readonly count: number }
  /** `label` is the part of the path below its parent row. */
  | { readonly kind: "entry"; readonly entry: DiffEntryRow; readonly label: string }
  | { readonly kind: "unchanged"; readonly count: number }
  /** Columns of trees that were grown anew. */
  | { readonly kind: "ofTrees"; readonly count: number }
  | { readonly kind: "section"; readonly section: SectionId; readonly count: number };

/** A row with its children, ready to become branches. */
export interface DiffRowTree {
  readonly id: string;
  readonly row: DiffRow;
  readonly children: readonly DiffRowTree[];
  readonly isOpen: boolean;
}

/** More unchanged parameters than this are folded at first. */
const OPEN_UNCHANGED = 3;
/** With more entries than this, only the first level of paths is shown at first. */
const OPEN_ENTRIES = 500;

const PARAMETERS = "parameters";
const UNCHANGED = "unchanged";
export const OF_TREES = "of-trees";

export function entryId(entry: DiffEntryRow): string {
  return `entry:${entry.path}`;
}

export function sectionRowId(section: SectionId): string {
  return `section:${section}`;
}

export function sectionCount(model: DiffModel, section: SectionId): number {
  if (section === "ensembles")
    return model.ensembles.reduce(
      (sum, { changed, rewritten, moved, added, removed, unread }) =>
        sum + changed + rewritten + moved + added + removed + unread,
      0,
    );
  return model[section].length;
}

export const SECTIONS: readonly SectionId[] = [
  "ensembles",
  "schema",
  "hyperparameters",
  "values",
  "environment",
  "findings",
];

export function sectionName(section: SectionId): string {
  switch (section) {
    case "ensembles":
      return t("Trees");
    case "schema":
      return t("Schema");
    case "hyperparameters":
      return t("Hyper-parameters");
    case "values":
      return t("Other values");
    case "environment":
      return t("Environment");
    case "findings":
      return t("Findings");
  }
}

export interface RowFilter {
  /** Lower case. */
  readonly text: string;
  readonly verdicts: ReadonlySet<string>;
}

/** Trees, then parameters, columns of trees that were grown anew and what is identical folded, then everything else that can differ. */
export function diffRows(model: DiffModel, filter: RowFilter): readonly DiffRowTree[] {
  const isFiltering = filter.text !== "" || filter.verdicts.size > 0;
  const entries = model.entries.filter((entry) => matches(entry, filter));
  // Whoever filters looks for columns.
  const isTold = (entry: DiffEntryRow): boolean => !isFiltering && entry.isOfTrees === true;
  const ofTrees = entries.filter(isTold);
  const changed = entries.filter((entry) => entry.verdict !== "identical" && !isTold(entry));
  const unchanged = entries.filter((entry) => entry.verdict === "identical");
  // Where nothing differs at all there is nothing else to be seen.
  const isSame =
    changed.length + ofTrees.length === 0 && SECTIONS.every((section) => sectionCount(model, section) === 0);
  const folded: readonly DiffRowTree[] =
    unchanged.length === 0
      ? []
      : isFiltering || isSame
        ? pathTree(unchanged, UNCHANGED)
        : [
            {
              id: UNCHANGED,
              row: { kind: "unchanged", count: unchanged.length },
              children: pathTree(unchanged, UNCHANGED),
              isOpen: unchanged.length <= OPEN_UNCHANGED,
            },
          ];
  const told: readonly DiffRowTree[] =
    ofTrees.length === 0
      ? []
      : [
          {
            id: OF_TREES,
            row: { kind: "ofTrees", count: ofTrees.length },
            children: pathTree(ofTrees, OF_TREES),
            isOpen: false,
          },
        ];
  const parameters: DiffRowTree = {
    id: PARAMETERS,
    row: { kind: "parameters", count: entries.length },
    children: [...pathTree(changed, PARAMETERS), ...told, ...folded],
    isOpen: true,
  };
  const sectionRow = (section: SectionId): DiffRowTree => ({
    id: sectionRowId(section),
    row: { kind: "section", section, count: sectionCount(model, section) },
    children: [],
    isOpen: false,
  });
  if (isFiltering) return [parameters];
  // Trees go first: of such a model they say what the arrays that they are made of do not. Most models have none.
  const trees = model.ensembles.length > 0 ? [sectionRow("ensembles")] : [];
  return [...trees, parameters, ...SECTIONS.filter((section) => section !== "ensembles").map(sectionRow)];
}

/** Ids of everything that changed, in the order of the rows: what F7 walks. */
export function changeIds(rows: readonly DiffRowTree[]): readonly string[] {
  return rows.flatMap(({ id, row, children }): readonly string[] => {
    if (row.kind === "section") return row.count > 0 ? [id] : [];
    if (row.kind === "unchanged" || row.kind === "ofTrees") return [];
    const own = row.kind === "entry" && row.entry.verdict !== "identical" ? [id] : [];
    return [...own, ...changeIds(children)];
  });
}

/** Entries as the tree of their paths, chains of single children in one row. */
function pathTree(entries: readonly DiffEntryRow[], above: string): readonly DiffRowTree[] {
  const isOpen = entries.length <= OPEN_ENTRIES;
  const made = (node: PrefixNode<DiffEntryRow>): DiffRowTree => ({
    id: node.item === undefined ? `${above}:${node.prefix}` : entryId(node.item),
    row:
      node.item === undefined
        ? { kind: "prefix", label: visibleName(node.label), count: node.count }
        : { kind: "entry", entry: node.item, label: visibleName(node.label) },
    children: node.children.map(made),
    isOpen,
  });
  return prefixTree(entries, new Set()).children.map(made);
}

function matches(entry: DiffEntryRow, { text, verdicts }: RowFilter): boolean {
  if (verdicts.size > 0 && !verdicts.has(entry.verdict)) return false;
  if (text === "") return true;
  const searched: readonly (string | undefined)[] = [
    entry.path,
    entry.oldPath,
    entry.old?.dtype,
    entry.new?.dtype,
    VERDICTS[entry.verdict].word(),
  ];
  return searched.some((one) => one?.toLowerCase().includes(text) === true);
}

/** What is looked at first: the first parameter that changed, else the first section that did, else the first row. */
export function initialId(model: DiffModel): string | undefined {
  const everything = { text: "", verdicts: new Set<Verdict>() };
  const rows = diffRows(model, everything);
  const first = model.entries[0];
  return changeIds(rows)[0] ?? (first === undefined ? rows[1]?.id : entryId(first));
}
