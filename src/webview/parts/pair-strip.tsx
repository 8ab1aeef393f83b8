import { visibleName } from "../../core/model/unseen.ts";
import { t } from "../strings.ts";
import { MarkedNumber } from "./marked-number.tsx";
import { measured } from "./number-text.ts";

export interface PairStripProps {
  /** `coef_[0, 3]`. */
  readonly address: string;
  readonly place: string;
  /** Printed exactly. */
  readonly old: string | undefined;
  readonly new: string | undefined;
  /** new - old. */
  readonly delta: number | undefined;
  readonly note?: string | undefined;
}

/** What was and is at one place, always there and of the same height. */
export function PairStrip({ address, place, old, new: next, delta, note }: PairStripProps) {
  const size = old === undefined ? Number.NaN : Math.abs(Number(old));
  const relative = delta === undefined || old === next ? undefined : Math.abs(delta) / size;
  const isBoth = old !== undefined && next !== undefined;
  return (
    <section class="strip pair-strip" aria-label={t("Selected value")} aria-live="polite">
      <div class="strip-line">
        <span class="strip-address number">{visibleName(address)}</span>
        {place === "" ? null : <span class="strip-place">{place}</span>}
        {note === undefined ? null : <span class="strip-note">{note}</span>}
      </div>
      <dl class={`strip-line strip-facts${old === undefined && next === undefined ? " is-empty" : ""}`}>
        {(["old", "new"] as const).map((side) => {
          const text = side === "old" ? old : next;
          const other = side === "old" ? next : old;
          return (
            <div key={side}>
              <dt>{side === "old" ? t("old") : t("new")}</dt>
              <dd class="number">
                {text === undefined ? (
                  "–"
                ) : isBoth ? (
                  <MarkedNumber text={text} other={other ?? ""} side={side} />
                ) : (
                  text
                )}
              </dd>
            </div>
          );
        })}
        <div>
          <dt>Δ</dt>
          <dd class="number">{delta === undefined ? "–" : old === next ? "0" : measured(delta)}</dd>
        </div>
        <div>
          <dt>{t("relative")}</dt>
          <dd class="number">{relative === undefined ? "–" : measured(relative)}</dd>
        </div>
      </dl>
    </section>
  );
}
