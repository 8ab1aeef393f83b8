import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { Splitter } from "./splitter.tsx";

const LEAST = 160;
/** Keep in step with the media query in tokens.css. */
const NARROW = "(max-width: 600px)";

export interface PanesProps {
  readonly label: string;
  /** What is selected, told where the first pane is folded away. */
  readonly selectedName: string;
  readonly width: Signal<number>;
  readonly first: ComponentChildren;
  readonly second: ComponentChildren;
}

/** Two panes beside one another; in a narrow panel the first folds away above the second. */
export function Panes({ label, selectedName, width, first, second }: PanesProps) {
  const box = useRef<HTMLElement | null>(null);
  const isNarrow = useMedia(NARROW);
  const isUnfolded = useSignal(false);
  const most = (): number => Math.max(LEAST, (box.current?.clientWidth ?? 800) * 0.6);
  return (
    <main
      class={`panes${isUnfolded.value ? " is-unfolded" : ""}`}
      ref={box}
      style={{ "--first-width": `${width.value}px` }}
      onKeyDown={(event) => escapeUp(event, box.current)}
    >
      {isNarrow ? (
        <button
          type="button"
          class="fold"
          aria-expanded={isUnfolded.value}
          onClick={() => {
            isUnfolded.value = !isUnfolded.value;
          }}
        >
          <Icon name={isUnfolded.value ? "chevron-down" : "chevron-right"} />
          <span>{label}</span>
          <span class="dim number">{selectedName}</span>
        </button>
      ) : null}
      {!isNarrow || isUnfolded.value ? (
        <nav class="pane is-first" aria-label={label}>
          {first}
        </nav>
      ) : null}
      {isNarrow ? null : <Splitter width={width} least={LEAST} most={most} />}
      <section class="pane is-second">{second}</section>
    </main>
  );
}

/** Escape goes up: from a view to its tab, from there to the list; from the list to its filter. */
export function escapeUp(event: KeyboardEvent, box: HTMLElement | null): void {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const at = document.activeElement;
  const target =
    at?.closest(".is-first") !== null
      ? box?.querySelector<HTMLElement>(".filter-input")
      : at?.closest("[role=tabpanel]") !== null
        ? box?.querySelector<HTMLElement>("[role=tab][aria-selected=true]")
        : box?.querySelector<HTMLElement>("[role=tree]");
  if (target === null || target === undefined) return;
  event.preventDefault();
  target.focus();
}

function useMedia(query: string): boolean {
  const matches = useSignal(matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const listen = (): void => {
      matches.value = media.matches;
    };
    media.addEventListener("change", listen);
    return () => media.removeEventListener("change", listen);
  }, [query]);
  return matches.value;
}
