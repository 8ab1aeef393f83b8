import type { Verdict } from "../../core/diff/report.ts";
import type { NodeKind, NodeRow, NodeText } from "../../core/diff/trees/report.ts";
import { MarkedNumber } from "./marked-number.tsx";
import { VERDICTS, VerdictGlyph } from "./verdicts.tsx";
import { t } from "../strings.ts";

/** "yes: income <= 0.5 → 0.75": which way leads here, and what stands here, on each side where there are two. */
export function NodeContent({ row, isCompared }: { readonly row: NodeRow; readonly isCompared: boolean }) {
  const { old, new: next, kind } = row;
  const isBoth = old !== undefined && next !== undefined && kind !== "same";
  return (
    <>
      {isCompared ? <NodeGlyph kind={kind} /> : null}
      <span class="tree-label number">
        {row.branch === "root" ? null : <span class="dim">{way(row)} </span>}
        {isBoth ? <Change old={old} next={next} /> : nodeText(next ?? old)}
      </span>
      {isBoth ? null : <span class="tree-detail number">{extent(next ?? old)}</span>}
    </>
  );
}

const NODE_VERDICTS: Readonly<Record<NodeKind, Verdict>> = {
  same: "identical",
  rounded: "rounded",
  refined: "rounded",
  restated: "rounded",
  changed: "changed",
  added: "added",
  removed: "removed",
};

/** What became of a node, in a word. */
export function nodeWord(kind: NodeKind): string {
  if (kind === "refined") return t("more digits");
  if (kind === "restated") return t("the same in other numbers");
  return VERDICTS[NODE_VERDICTS[kind]].word();
}

export function NodeGlyph({ kind }: { readonly kind: NodeKind }) {
  return (
    <span class="node-glyph" role="img" aria-label={nodeWord(kind)} title={nodeWord(kind)}>
      <VerdictGlyph verdict={NODE_VERDICTS[kind]} />
    </span>
  );
}

/** The same in a line of text, for the clipboard and for finding by typing. */
export function nodeLine(row: NodeRow): string {
  const { old, new: next, kind } = row;
  const texts = old !== undefined && next !== undefined && kind !== "same" ? [nodeText(old), nodeText(next)] : [nodeText(next ?? old)];
  return `${row.branch === "root" ? "" : `${way(row)} `}${texts.join(" → ")}`;
}

/** Both sides of a node that changed; what they share in front of the number stands there once. */
function Change({ old, next }: { readonly old: NodeText; readonly next: NodeText }) {
  const shared = `${old.feature} ${old.test} `;
  const isSameSplit = !old.isLeaf && !next.isLeaf && shared === `${next.feature} ${next.test} `;
  const [from, to] = isSameSplit
    ? [nodeText(old).slice(shared.length), nodeText(next).slice(shared.length)]
    : [nodeText(old), nodeText(next)];
  return (
    <>
      {isSameSplit ? shared : null}
      <MarkedNumber text={from} other={to} side="old" />
      <span class="dim"> → </span>
      <MarkedNumber text={to} other={from} side="new" />
    </>
  );
}

/** A test that holds leads left. */
function way({ branch }: NodeRow): string {
  return branch === "left" ? t("yes:") : t("no:");
}

function nodeText(node: NodeText | undefined): string {
  if (node === undefined) return "";
  if (node.isLeaf) return `= ${(node.values ?? []).join(", ")}`;
  const missing = node.missing === undefined ? "" : node.missing === "left" ? t("missing: yes") : t("missing: no");
  const zero = node.zeroIsMissing === true ? t("zero is missing") : "";
  const notes = [missing, zero].filter((note) => note !== "").join(", ");
  return `${node.feature} ${node.test} ${node.threshold}${notes === "" ? "" : ` (${notes})`}`;
}

function extent(node: NodeText | undefined): string {
  if (node === undefined) return "";
  const gain = node.gain === undefined ? "" : t("gain {gain}", { gain: node.gain });
  const cover = node.cover === undefined ? "" : t("cover {cover}", { cover: node.cover });
  return [gain, cover].filter((text) => text !== "").join(", ");
}
