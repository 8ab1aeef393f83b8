import type { SidesState } from "../../protocol/panel.ts";
import { run } from "../channel.ts";
import { Icon } from "../parts/icon.tsx";
import { counted, said, t } from "../strings.ts";
import { pair, sides } from "./linked.ts";

/** One line above a model that is one side of VS Code's own diff: which one, what differs, and where to go from here. */
export function PairLine({ onStep }: { readonly onStep: (by: 1 | -1) => void }) {
  const shown = pair.value;
  if (shown === undefined) return null;
  const state = sides.value;
  const text =
    shown.side === "old"
      ? t("Old side of a change to {name}", { name: shown.other })
      : t("New side of a change from {name}", { name: shown.other });
  const canStep = state !== undefined && state.phase !== "failed" && state.changes > 0;
  return (
    <div class="pair" role="note" aria-label={text}>
      <span class={`pair-side is-${shown.side}`} aria-hidden="true">
        <Icon name={shown.side === "old" ? "diff-removed" : "diff-added"} />
      </span>
      <span class="pair-text" title={shown.other}>
        {text}
      </span>
      <Found state={state} isAnnounced={shown.side === "new"} />
      <span class="pair-actions" role="toolbar" aria-label={t("Changes")}>
        <StepButton icon="arrow-up" label={t("Previous change (Shift+F7)")} isOn={canStep} onStep={() => onStep(-1)} />
        <StepButton icon="arrow-down" label={t("Next change (F7)")} isOn={canStep} onStep={() => onStep(1)} />
        <button
          type="button"
          class="button pair-compare"
          aria-label={t("Compare Parameters")}
          title={t("Compare Parameters")}
          onClick={() => run("compareSides")}
        >
          <Icon name="diff" />
          <span class="pair-compare-text">{t("Compare")}</span>
        </button>
      </span>
    </div>
  );
}

/** "3 changes", or how far it is; read aloud on one side, not on both. */
function Found({ state, isAnnounced }: { readonly state: SidesState | undefined; readonly isAnnounced: boolean }) {
  if (state === undefined) return <span class="pair-found dim">{t("Comparing…")}</span>;
  switch (state.phase) {
    case "comparing":
      return (
        <span class="pair-found dim">
          {state.total > 0
            ? t("Comparing {done} of {total}", { done: state.done, total: state.total })
            : t("Comparing…")}
        </span>
      );
    case "done":
      return (
        <span
          class="pair-found"
          {...(isAnnounced ? { role: "status" } : {})}
          title={state.judgement.map(said).join(" ")}
        >
          {state.complete ? null : (
            <span
              class="pair-incomplete"
              role="img"
              aria-label={t("Not everything was read")}
              title={t("Not everything was read: what was not read is not counted as unchanged.")}
            >
              <Icon name="warning" class="severity-warning" />
            </span>
          )}
          {state.changes === 0 ? t("No changes") : counted(state.changes, "{count} change", "{count} changes")}
        </span>
      );
    case "failed":
      return (
        <span class="pair-found">
          <Icon name="warning" class="severity-warning" />
          <span class="pair-failed" title={state.error.message}>
            {t("Not compared")}
          </span>
          <button type="button" class="link" onClick={() => run("retry")}>
            {t("Retry")}
          </button>
        </span>
      );
  }
}

interface StepButtonProps {
  readonly icon: string;
  readonly label: string;
  readonly isOn: boolean;
  readonly onStep: () => void;
}

/** Stays where it is when there is nothing to step to, so that the line does not move. */
function StepButton({ icon, label, isOn, onStep }: StepButtonProps) {
  return (
    <button
      type="button"
      class="button is-icon"
      aria-label={label}
      title={label}
      aria-disabled={!isOn}
      onClick={() => {
        if (isOn) onStep();
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
