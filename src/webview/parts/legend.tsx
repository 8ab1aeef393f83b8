import { t } from "../strings.ts";

/** Which of two drawings in one place is which: old an outline, new filled. */
export function SideLegend() {
  return (
    <span class="legend">
      <span class="legend-item">
        <span class="legend-key is-old" aria-hidden="true" />
        {t("old")}
      </span>
      <span class="legend-item">
        <span class="legend-key is-new" aria-hidden="true" />
        {t("new")}
      </span>
    </span>
  );
}
