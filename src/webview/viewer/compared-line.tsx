import type { ComparedDetails } from "../../core/view/viewer-model.ts";
import { StatsLine } from "../parts/stats-line.tsx";
import { VERDICTS, VerdictGlyph } from "../parts/verdicts.tsx";
import { said, t } from "../strings.ts";
import { pair } from "./linked.ts";

export interface ComparedLineProps {
  readonly compared: ComparedDetails;
  /** Address on this side. */
  readonly path: string | undefined;
}

/** What the comparison says of the thing that is selected, and what stands in its place on the other side. */
export function ComparedLine({ compared, path }: ComparedLineProps) {
  const { verdict, entry, other, isGap } = compared;
  if (isGap)
    return (
      <p class="empty">
        {pair.value?.side === "old" ? t("Only the new side has it.") : t("Only the old side has it.")}
      </p>
    );
  if (verdict === undefined) return null;
  const isRenamed = other?.path !== undefined && other.path !== path;
  return (
    <div class="compared">
      <p class="entry-verdict">
        <VerdictGlyph verdict={verdict} />
        <span>
          <strong>{VERDICTS[verdict].word()}</strong>
          {entry === undefined ? <OtherValue compared={compared} /> : `: ${said(entry.because)}`}
          {entry?.paired === undefined ? null : <span class="dim"> {said(entry.paired)}</span>}
          {isRenamed ? (
            <>
              {" "}
              <span class="dim">{pair.value?.side === "old" ? t("now") : t("was")}</span>{" "}
              <span class="number">{other.path}</span>
            </>
          ) : null}
        </span>
      </p>
      {entry?.stats === undefined || verdict === "identical" ? null : <StatsLine stats={entry.stats} isShort />}
    </div>
  );
}

/** Of a value that is not a tensor: what the other side has. */
function OtherValue({ compared: { verdict, other } }: { readonly compared: ComparedDetails }) {
  if (verdict !== "changed" || other === undefined || other.detail === "") return null;
  return (
    <>
      {": "}
      <span class="dim">{pair.value?.side === "old" ? t("now") : t("was")}</span>{" "}
      <span class="number">{other.detail}</span>
    </>
  );
}
