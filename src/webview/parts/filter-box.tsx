import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../strings.ts";
import { Icon } from "./icon.tsx";

const SETTLE_MS = 120;

export interface FilterBoxProps {
  readonly label: string;
  readonly text: Signal<string>;
  readonly onFilter: (text: string) => void;
  /** Goes on to what is filtered: Escape on an empty box, or the down arrow. */
  readonly onLeave: () => void;
  /** Hands over how to focus the box; gives back how to stop. */
  readonly listen: (focus: () => void) => () => void;
}

/** A text to filter by. Ctrl/Cmd+F comes here from anywhere in the panel. */
export function FilterBox({ label, text, onFilter, onLeave, listen }: FilterBoxProps) {
  const input = useRef<HTMLInputElement | null>(null);
  const settle = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const focus = (): void => {
      input.current?.focus();
      input.current?.select();
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "f")
        return;
      event.preventDefault();
      event.stopPropagation();
      focus();
    };
    document.addEventListener("keydown", onKeyDown);
    const stop = listen(focus);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
      stop();
    };
  }, []);
  const set = (value: string): void => {
    text.value = value;
    clearTimeout(settle.current);
    settle.current = setTimeout(() => onFilter(value.trim()), value === "" ? 0 : SETTLE_MS);
  };
  return (
    <div class="filter">
      <Icon name="filter" class="filter-icon" />
      <input
        ref={input}
        type="text"
        class="filter-input"
        placeholder={label}
        aria-label={label}
        spellcheck={false}
        autocomplete="off"
        value={text.value}
        onInput={(event) => set(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text.value !== "") set("");
          else if (event.key === "Escape" || event.key === "ArrowDown") onLeave();
          else return;
          event.preventDefault();
        }}
      />
      {text.value === "" ? null : (
        <button
          type="button"
          class="button is-icon filter-clear"
          aria-label={t("Clear the filter")}
          title={t("Clear the filter")}
          onClick={() => {
            set("");
            input.current?.focus();
          }}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
