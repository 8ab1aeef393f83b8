import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { uniformAxis, visibleRange } from "./axis.ts";
import { isCopyKey } from "./copy-cells.ts";
import { revealed, ScrollArea, type ScrollPosition, useViewport } from "./scroll-area.tsx";
import { type Fonts, fontsAt, textWidth } from "./text-width.ts";

const WIDEST_LABEL = 220;
const PADDING = 8;

/** A heading above bars that belong together: one row of a matrix. Without a name when there is only one. */
export interface Group<T> {
  readonly name: string | undefined;
  readonly bars: readonly T[];
}

type Line<T> = { readonly kind: "name"; readonly name: string } | { readonly kind: "bar"; readonly bar: T };

export interface BarRowsProps<T extends { readonly label: string }> {
  readonly label: string;
  readonly groups: readonly Group<T>[];
  /** Height of a row in px: a multiple of two. */
  readonly row: number;
  /** The bar the pointer or the keys are at. */
  readonly onActive: (bar: T | undefined) => void;
  readonly copyOf: (bar: T) => string;
  readonly onCopy: (text: string) => void;
  /** Shared with bars that are scrolled together. */
  readonly position?: Signal<ScrollPosition>;
  /** What stands beside a bar's label. */
  readonly children: (bar: T, fonts: Fonts) => ComponentChildren;
}

/** A list of labelled bars, of which only what is seen is drawn. Arrows, pages, Home and End walk it. */
export function BarRows<T extends { readonly label: string }>(props: BarRowsProps<T>) {
  const { label, groups, row, onActive } = props;
  const id = useId();
  const area = useRef<HTMLDivElement | null>(null);
  const viewport = useViewport();
  const own = useSignal<ScrollPosition>({ top: 0, left: 0 });
  const position = props.position ?? own;
  const active = useSignal<number | undefined>(undefined);
  const hovered = useSignal<number | undefined>(undefined);
  const fonts = useSignal<Fonts>({ text: "13px sans-serif", digit: 8 });
  useLayoutEffect(() => {
    if (area.current !== null) fonts.value = fontsAt(area.current);
  }, [fonts]);
  const lines = useMemo(() => linesOf(groups), [groups]);
  const room = useMemo(() => labelRoom(lines, fonts.value), [lines, fonts.value]);
  useEffect(() => {
    active.value = undefined;
    hovered.value = undefined;
  }, [groups]);

  const axis = uniformAxis(lines.length, row);
  const { top } = position.value;
  const { width, height } = viewport.value;
  const { first, last } = visibleRange(axis, top, height);
  const labelWidth = Math.min(room, Math.max(60, width * 0.32));
  const point = hovered.value ?? active.value;
  useEffect(() => {
    const line = point === undefined ? undefined : lines[point];
    onActive(line?.kind === "bar" ? line.bar : undefined);
  }, [point, lines]);

  const go = (target: number, step: number): void => {
    let at = Math.max(0, Math.min(lines.length - 1, target));
    if (lines[at]?.kind === "name") at = Math.max(0, Math.min(lines.length - 1, at + (at === 0 ? 1 : step)));
    if (lines[at]?.kind !== "bar") return;
    active.value = at;
    position.value = { ...position.value, top: revealed(top, at * row, row, height) };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      const line = lines[active.value ?? -1];
      const hasText = getSelection()?.isCollapsed === false;
      if (!isCopyKey(event) || line?.kind !== "bar" || hasText) return;
      event.stopPropagation();
      props.onCopy(props.copyOf(line.bar));
    } else {
      const page = Math.max(1, Math.floor(height / row) - 1);
      const at = active.value ?? -1;
      if (event.key === "ArrowDown") go(at + 1, 1);
      else if (event.key === "ArrowUp") go(at - 1, -1);
      else if (event.key === "PageDown") go(at + page, 1);
      else if (event.key === "PageUp") go(at - page, -1);
      else if (event.key === "Home") go(0, 1);
      else if (event.key === "End") go(lines.length - 1, 1);
      else return;
    }
    event.preventDefault();
  };
  const isDrawn = active.value !== undefined && active.value >= first && active.value <= last;
  return (
    <ScrollArea
      class="bars"
      areaRef={area}
      extent={{ width: 0, height: axis.total }}
      position={position}
      viewport={viewport}
      attributes={{
        role: "listbox",
        tabIndex: 0,
        "aria-label": label,
        "aria-activedescendant": isDrawn ? `${id}-${active.value}` : undefined,
        onKeyDown,
        onPointerLeave: () => {
          hovered.value = undefined;
        },
      }}
    >
      {lines.slice(first, last + 1).map((line, i) => {
        const at = first + i;
        const style = { transform: `translateY(${at * row - top}px)`, height: `${row}px` };
        if (line.kind === "name")
          return (
            <div key={at} class="bar-name" style={style} role="presentation">
              {line.name}
            </div>
          );
        const { bar } = line;
        return (
          <div
            key={at}
            id={`${id}-${at}`}
            class={`bar-row${at === active.value ? " is-active" : ""}`}
            style={style}
            role="option"
            aria-selected={at === active.value}
            aria-setsize={lines.length}
            aria-posinset={at + 1}
            onPointerEnter={() => {
              hovered.value = at;
            }}
            onPointerDown={() => {
              active.value = at;
            }}
          >
            <span class="bar-label" style={{ width: `${labelWidth}px` }} title={bar.label}>
              {bar.label}
            </span>
            {props.children(bar, fonts.value)}
          </div>
        );
      })}
    </ScrollArea>
  );
}

function linesOf<T>(groups: readonly Group<T>[]): readonly Line<T>[] {
  return groups.flatMap(({ name, bars }): readonly Line<T>[] => [
    ...(name === undefined ? [] : [{ kind: "name", name } as const]),
    ...bars.map((bar) => ({ kind: "bar", bar }) as const),
  ]);
}

function labelRoom(lines: readonly Line<{ readonly label: string }>[], fonts: Fonts): number {
  let widest = 0;
  for (const line of lines) if (line.kind === "bar") widest = Math.max(widest, textWidth(line.bar.label, fonts.text));
  return Math.ceil(Math.min(WIDEST_LABEL, widest)) + 2 * PADDING;
}
