import type { DiffEntryRow } from "../../core/view/diff-model.ts";
import { t } from "../strings.ts";

/** Says so where what is drawn is not what a side holds, but what was made of it to be compared. */
export function DrawnNote({ entry }: { readonly entry: DiffEntryRow }) {
  const side = entry.detail?.["derived"];
  if (side === undefined) return null;
  return (
    <p class="dim drawn-note">
      {side === "old"
        ? t("Drawn as it was compared: what the old side holds is turned into what the new side has.")
        : t("Drawn as it was compared: what the new side holds is turned into what the old side has.")}
    </p>
  );
}
