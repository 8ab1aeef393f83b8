import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../strings.ts";
import { escapeUp } from "./panes.tsx";

const STEP = 0.04;
const LEAST = 0.15;
const MOST = 0.85;

export interface StackedPanesProps {
  readonly label: string;
  /** How much of the height the first pane takes, 0 to 1. */
  readonly share: Signal<number>;
  /** Moved by hand. */
  readonly onShare: (share: number) => void;
  readonly first: ComponentChildren;
  readonly second: ComponentChildren;
}

/** Two panes above one another: beside the same two of another editor, whose rows stand at the same heights. */
export function StackedPanes({ label, share, onShare, first, second }: StackedPanesProps) {
  const box = useRef<HTMLElement | null>(null);
  const isHeld = useRef(false);
  const set = (value: number): void => {
    share.value = Math.max(LEAST, Math.min(MOST, value));
    onShare(share.value);
  };
  return (
    <main
      class="panes is-stacked"
      ref={box}
      style={{ "--first-share": `${share.value * 100}%` }}
      onKeyDown={(event) => escapeUp(event, box.current)}
    >
      <nav class="pane is-first" aria-label={label}>
        {first}
      </nav>
      <div
        class="splitter is-level"
        role="separator"
        tabIndex={0}
        aria-orientation="horizontal"
        aria-label={t("Height of the outline")}
        aria-valuenow={Math.round(share.value * 100)}
        aria-valuemin={LEAST * 100}
        aria-valuemax={MOST * 100}
        onPointerDown={(event) => {
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          event.currentTarget.focus();
          isHeld.current = true;
        }}
        onPointerMove={(event) => {
          const room = box.current?.getBoundingClientRect();
          if (isHeld.current && room !== undefined) set((event.clientY - room.top) / Math.max(1, room.height));
        }}
        onPointerUp={() => {
          isHeld.current = false;
        }}
        onKeyDown={(event) => {
          const step = event.key === "ArrowDown" ? STEP : event.key === "ArrowUp" ? -STEP : 0;
          if (step === 0) return;
          event.preventDefault();
          set(share.value + step);
        }}
      />
      <section class="pane is-second">{second}</section>
    </main>
  );
}
