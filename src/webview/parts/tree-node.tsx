import type { Verdict } from "../../core/diff/report.ts";
import type { NodeKind, NodeRow, NodeText } from "../../core/diff/trees/report.ts";
import { MarkedNumber } from "./marked-number.tsx";
import { VERDICTS, VerdictGlyph } from "./verdicts.tsx";
import { t } from "../strings.ts";

export interface NodeContentProps {
  readonly row: NodeRow;
  readonly isCompared: boolean;
  /** The one side that is shown, of two that are shown beside each other. */
  readonly side?: "old" | "new" | undefined;
}

/** "yes: income <= 0.5 → 0.75": which way leads here, and what stands here, on each side where there are two. */
export function NodeContent({ row, isCompared, side }: NodeContentProps) {
  if (side !== undefined) return <OneSide row={row} side={side} />;
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

/** What stands on one side, its numbers marked where they differ; where there is nothing, a gap. */
function OneSide({ row, side }: { readonly row: NodeRow; readonly side: "old" | "new" }) {
  const [own, other] = side === "old" ? [row.old, row.new] : [row.new, row.old];
  if (own === undefined) {
    const name = nodeText(other);
    const text =
      side === "old" ? t("{name}: only on the new side", { name }) : t("{name}: only on the old side", { name });
    return (
      <span class="tree-gap" title={text}>
        <span class="sr-only">{text}</span>
      </span>
    );
  }
  const text = nodeText(own);
  return (
    <>
      <NodeGlyph kind={row.kind} />
      <span class="tree-label number" title={text}>
        {row.branch === "root" ? null : <span class="dim">{way(row)} </span>}
        {other === undefined ? text : <Pieces own={pieces(own)} other={pieces(other)} side={side} />}
      </span>
      <span class="tree-detail number">{extent(own)}</span>
    </>
  );
}

/** How a node is drawn on one side: removed, inserted or changed, or a gap. */
export function nodeClass(row: NodeRow, side: "old" | "new"): string {
  if (row[side] === undefined) return "is-gap";
  if (row.kind === "same") return "";
  return `is-changed-${side}${row.kind === "rounded" || row.kind === "refined" || row.kind === "restated" ? " is-near" : ""}`;
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
  const texts =
    old !== undefined && next !== undefined && kind !== "same"
      ? [nodeText(old), nodeText(next)]
      : [nodeText(next ?? old)];
  return `${row.branch === "root" ? "" : `${way(row)} `}${texts.join(" → ")}`;
}

/** Both sides of a node that changed; what they share in front of the number stands there once. */
function Change({ old, next }: { readonly old: NodeText; readonly next: NodeText }) {
  const [from, to] = [pieces(old), pieces(next)];
  const isSameSplit = !old.isLeaf && !next.isLeaf && from[0] === to[0];
  const start = isSameSplit ? 1 : 0;
  return (
    <>
      {isSameSplit ? from[0] : null}
      <Pieces own={from.slice(start)} other={to.slice(start)} side="old" />
      <span class="dim"> → </span>
      <Pieces own={to.slice(start)} other={from.slice(start)} side="new" />
    </>
  );
}

/** What is the same in the same place is plain; of numbers that differ, the digits from the first one that does are marked. */
function Pieces({
  own,
  other,
  side,
}: {
  readonly own: readonly string[];
  readonly other: readonly string[];
  readonly side: "old" | "new";
}) {
  if (own.length !== other.length) return <MarkedNumber text={own.join("")} other={other.join("")} side={side} />;
  return (
    <>
      {own.map((piece, at) =>
        piece === other[at] ? piece : <MarkedNumber key={at} text={piece} other={other[at] ?? ""} side={side} />,
      )}
    </>
  );
}

/** A test that holds leads left. */
function way({ branch }: NodeRow): string {
  return branch === "left" ? t("yes:") : t("no:");
}

function nodeText(node: NodeText | undefined): string {
  return node === undefined ? "" : pieces(node).join("");
}

/** The text of a node in pieces that are held against each other: the question, its threshold, notes; or each value. */
function pieces(node: NodeText): readonly string[] {
  if (node.isLeaf) return (node.values ?? []).flatMap((value, at) => [at === 0 ? "= " : ", ", value]);
  const missing = node.missing === undefined ? "" : node.missing === "left" ? t("missing: yes") : t("missing: no");
  const zero = node.zeroIsMissing === true ? t("zero is missing") : "";
  const notes = [missing, zero].filter((note) => note !== "").join(", ");
  return [`${node.feature} ${node.test} `, node.threshold ?? "", notes === "" ? "" : ` (${notes})`];
}

function extent(node: NodeText | undefined): string {
  if (node === undefined) return "";
  const gain = node.gain === undefined ? "" : t("gain {gain}", { gain: node.gain });
  const cover = node.cover === undefined ? "" : t("cover {cover}", { cover: node.cover });
  return [gain, cover].filter((text) => text !== "").join(", ");
}
