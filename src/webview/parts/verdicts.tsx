import type { Verdict } from "../../core/diff/report.ts";
import { t } from "../strings.ts";

interface VerdictRow {
  /** One word beside the glyph and the colour. */
  readonly word: () => string;
  /** For text: the same sign as the drawing. */
  readonly glyph: string;
  /** Colour class. */
  readonly tone: "same" | "near" | "changed" | "added" | "removed" | "moved" | "shape" | "unknown";
  /** Strokes on a 16 x 16 field: drawn, so that no font has to have the sign. */
  readonly strokes: string;
}

const EQUAL = "M3 6h10M3 10h10";
const NEAR = "M3 6.5c1.6-1.8 3.4-1.8 5 0s3.4 1.8 5 0M3 10.5c1.6-1.8 3.4-1.8 5 0s3.4 1.8 5 0";

/** One row per verdict, the greatest change first. */
export const VERDICTS: Readonly<Record<Verdict, VerdictRow>> = {
  changed: { word: () => t("changed"), glyph: "Δ", tone: "changed", strokes: "M8 3.5 13 12.5H3Z" },
  reshaped: {
    word: () => t("reshaped"),
    glyph: "▦",
    tone: "shape",
    strokes: "M3.5 3.5h9v9h-9zM3.5 6.5h9M3.5 9.5h9M6.5 3.5v9M9.5 3.5v9",
  },
  scaled: { word: () => t("scaled"), glyph: "×", tone: "moved", strokes: "M4.5 4.5l7 7M11.5 4.5l-7 7" },
  permuted: {
    word: () => t("permuted"),
    glyph: "⤨",
    tone: "moved",
    strokes: "M3 4h2.5L10.5 12H13M3 12h2.5L10.5 4H13M11.2 2.2 13 4l-1.8 1.8M11.2 10.2 13 12l-1.8 1.8",
  },
  quantised: { word: () => t("quantised"), glyph: "≈", tone: "near", strokes: NEAR },
  "decimal-truncated": { word: () => t("truncated"), glyph: "≈", tone: "near", strokes: NEAR },
  rounded: { word: () => t("rounded"), glyph: "≈", tone: "near", strokes: NEAR },
  "within-tolerance": { word: () => t("within tolerance"), glyph: "≈", tone: "near", strokes: NEAR },
  "recast-lossless": { word: () => t("recast"), glyph: "≈", tone: "near", strokes: NEAR },
  renamed: {
    word: () => t("renamed"),
    glyph: "⇄",
    tone: "moved",
    strokes: "M3 5.5h10M10.5 3 13 5.5 10.5 8M13 10.5H3M5.5 8 3 10.5 5.5 13",
  },
  added: { word: () => t("added"), glyph: "+", tone: "added", strokes: "M8 3.5v9M3.5 8h9" },
  removed: { word: () => t("removed"), glyph: "−", tone: "removed", strokes: "M3.5 8h9" },
  unread: {
    word: () => t("not read"),
    glyph: "?",
    tone: "unknown",
    strokes: "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12v.2",
  },
  identical: { word: () => t("identical"), glyph: "=", tone: "same", strokes: EQUAL },
};

export const VERDICT_ORDER = Object.keys(VERDICTS) as readonly Verdict[];

/** The sign of a verdict; its word stands beside it. */
export function VerdictGlyph({ verdict }: { readonly verdict: Verdict }) {
  const { tone, strokes } = VERDICTS[verdict];
  return <Glyph tone={tone} strokes={strokes} />;
}

/** The sign of a changed value that is not a parameter. */
export function ChangeGlyph({ kind }: { readonly kind: "changed" | "added" | "removed" }) {
  return <VerdictGlyph verdict={kind} />;
}

function Glyph({ tone, strokes }: Pick<VerdictRow, "tone" | "strokes">) {
  return (
    <svg class={`glyph is-${tone}`} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d={strokes} />
    </svg>
  );
}
