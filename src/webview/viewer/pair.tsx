import { signal } from "@preact/signals";
import type { PairSide } from "../../protocol/panel.ts";
import { onHostEvent, run } from "../channel.ts";
import { Icon } from "../parts/icon.tsx";
import { t } from "../strings.ts";

/** The host may tell of it before there is a model to show. */
const pair = signal<PairSide | undefined>(undefined);
onHostEvent((event) => {
  if (event.type === "pair") pair.value = event.pair;
});

/** Whether the model is one side of VS Code's own diff. */
export const isPaired = (): boolean => pair.peek() !== undefined;

/** One line above a model that is one side of VS Code's own diff: which one, and the way to the comparison. */
export function PairLine() {
  const shown = pair.value;
  if (shown === undefined) return null;
  return (
    <p class="pair" role="note">
      <Icon name="diff" />
      <span class="pair-text" title={shown.other}>
        {shown.side === "old"
          ? t("Old side of a change to {name}", { name: shown.other })
          : t("New side of a change from {name}", { name: shown.other })}
      </span>
      <button type="button" class="button" onClick={() => run("compareSides")}>
        {t("Compare Parameters")}
      </button>
    </p>
  );
}
