import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

export interface MenuItem {
  readonly label: string;
  readonly onPick: () => void;
  readonly isDisabled?: boolean;
  readonly why?: string;
}

export interface MenuProps {
  readonly label: string;
  /** Only an icon is shown; the label is read aloud. */
  readonly icon?: string;
  readonly items: readonly MenuItem[];
}

/** A button that opens a menu below itself. */
export function Menu({ label, icon, items }: MenuProps) {
  const id = useId();
  const isOpen = useSignal(false);
  const around = useRef<HTMLDivElement | null>(null);
  const button = useRef<HTMLButtonElement | null>(null);
  const entries = (): readonly HTMLElement[] => [
    ...(around.current?.querySelectorAll<HTMLElement>("[role=menuitem]:not([aria-disabled=true])") ?? []),
  ];
  useLayoutEffect(() => {
    if (!isOpen.value) return undefined;
    entries()[0]?.focus();
    const onPointerDown = (event: PointerEvent): void => {
      if (event.target instanceof Node && around.current?.contains(event.target) !== true) isOpen.value = false;
    };
    document.addEventListener("pointerdown", onPointerDown, true);
    return () => document.removeEventListener("pointerdown", onPointerDown, true);
  }, [isOpen.value]);
  const close = (): void => {
    isOpen.value = false;
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen.value) {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      isOpen.value = true;
      return;
    }
    const all = entries();
    const at = all.findIndex((entry) => entry === document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) all[(at + step + all.length) % all.length]?.focus();
    else if (event.key === "Home") all[0]?.focus();
    else if (event.key === "End") all.at(-1)?.focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") {
      isOpen.value = false;
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" ref={around} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={button}
        class={icon === undefined ? "button" : "button is-icon"}
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        aria-controls={`${id}-menu`}
        {...(icon === undefined ? {} : { "aria-label": label, title: label })}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {icon === undefined ? label : <Icon name={icon} />}
        {icon === undefined ? <Icon name="chevron-down" class="is-small" /> : null}
      </button>
      {isOpen.value ? (
        <div class="menu-list" role="menu" id={`${id}-menu`} aria-label={label}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              class="menu-item"
              role="menuitem"
              tabIndex={-1}
              aria-disabled={item.isDisabled === true}
              {...(item.why === undefined ? {} : { title: item.why })}
              onClick={() => {
                if (item.isDisabled === true) return;
                close();
                item.onPick();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
