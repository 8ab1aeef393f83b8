import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../strings.ts";

const STEP = 16;

export interface SplitterProps {
  /** Width of the pane before it, in pixels. */
  readonly width: Signal<number>;
  readonly least: number;
  readonly most: () => number;
}

/** The border between two panes, moved by the pointer or by arrows. */
export function Splitter({ width, least, most }: SplitterProps) {
  const from = useRef<{ readonly x: number; readonly width: number } | undefined>(undefined);
  const set = (value: number): void => {
    width.value = Math.round(Math.max(least, Math.min(most(), value)));
  };
  return (
    <div
      class="splitter"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("Width of the outline")}
      aria-valuenow={width.value}
      aria-valuemin={least}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus();
        from.current = { x: event.clientX, width: width.value };
      }}
      onPointerMove={(event) => {
        if (from.current !== undefined) set(from.current.width + event.clientX - from.current.x);
      }}
      onPointerUp={() => {
        from.current = undefined;
      }}
      onKeyDown={(event) => {
        const step = event.key === "ArrowRight" ? STEP : event.key === "ArrowLeft" ? -STEP : 0;
        if (step === 0) return;
        event.preventDefault();
        set(width.value + step);
      }}
    />
  );
}
