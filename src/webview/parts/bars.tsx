import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { uniformAxis, visibleRange } from "./axis.ts";
import { isCopyKey } from "./copy-cells.ts";
import { pointSplit } from "./number-text.ts";
import { revealed, ScrollArea, type ScrollPosition, useViewport } from "./scroll-area.tsx";
import { type Fonts, fontsAt, textWidth } from "./text-width.ts";

const ROW = 22;
const WIDEST_LABEL = 220;
const PADDING = 8;

export interface Bar {
  readonly label: string;
  /** Printed exactly. */
  readonly text: string;
  /** For the bar's length only. */
  readonly number: number;
  /** Place in the tensor. */
  readonly row: number;
  readonly column: number;
}

/** A heading above bars that belong together: one row of a matrix. Without a name when there is only one. */
export interface BarGroup {
  readonly name: string | undefined;
  readonly bars: readonly Bar[];
}

type Line = { readonly kind: "name"; readonly name: string } | { readonly kind: "bar"; readonly bar: Bar };

export interface BarsProps {
  readonly label: string;
  readonly groups: readonly BarGroup[];
  /** The bar the pointer or the keys are at. */
  readonly onActive: (bar: Bar | undefined) => void;
  readonly onCopy: (text: string) => void;
}

/** Bars around zero with the exact numbers at their right, aligned at the point. All groups share one scale. */
export function Bars({ label, groups, onActive, onCopy }: BarsProps) {
  const id = useId();
  const area = useRef<HTMLDivElement | null>(null);
  const viewport = useViewport();
  const position = useSignal<ScrollPosition>({ top: 0, left: 0 });
  const active = useSignal<number | undefined>(undefined);
  const hovered = useSignal<number | undefined>(undefined);
  const fonts = useSignal<Fonts>({ text: "13px sans-serif", digit: 8 });
  useLayoutEffect(() => {
    if (area.current !== null) fonts.value = fontsAt(area.current);
  }, [fonts]);
  const lines = useMemo(() => linesOf(groups), [groups]);
  const room = useMemo(() => roomFor(lines, fonts.value), [lines, fonts.value]);
  const scale = useMemo(() => scaleOf(lines), [lines]);
  useEffect(() => {
    active.value = undefined;
    hovered.value = undefined;
  }, [groups]);

  const axis = uniformAxis(lines.length, ROW);
  const { top } = position.value;
  const { width, height } = viewport.value;
  const { first, last } = visibleRange(axis, top, height);
  const labelWidth = Math.min(room.label, Math.max(60, width * 0.32));
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
    position.value = { ...position.value, top: revealed(top, at * ROW, ROW, height) };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      const line = lines[active.value ?? -1];
      const hasText = getSelection()?.isCollapsed === false;
      if (!isCopyKey(event) || line?.kind !== "bar" || hasText) return;
      event.stopPropagation();
      onCopy(line.bar.text);
    } else {
      const page = Math.max(1, Math.floor(height / ROW) - 1);
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
        const style = { transform: `translateY(${at * ROW - top}px)` };
        if (line.kind === "name")
          return (
            <div key={at} class="bar-name" style={style} role="presentation">
              {line.name}
            </div>
          );
        const { bar } = line;
        const { before } = pointSplit(bar.text);
        const isNegative = bar.number < 0;
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
            <span class="bar-track" aria-hidden="true">
              <span class="bar-zero" style={{ left: `${scale.zero * 100}%` }} />
              <span
                class={`bar-fill${isNegative ? " is-negative" : ""}`}
                style={{
                  left: `${(isNegative ? scale.zero - scale.part(bar.number) : scale.zero) * 100}%`,
                  width: `${scale.part(bar.number) * 100}%`,
                }}
              />
            </span>
            <span
              class={`bar-number number${Number.isFinite(bar.number) ? "" : " is-not-finite"}`}
              style={{
                width: `${Math.ceil((room.before + room.after) * fonts.value.digit) + PADDING}px`,
                paddingLeft: `${(room.before - before) * fonts.value.digit}px`,
              }}
            >
              {bar.text}
            </span>
          </div>
        );
      })}
    </ScrollArea>
  );
}

/** Bars by size, what is not finite first: it is what one must see. */
export function byMagnitude(bars: readonly Bar[]): readonly Bar[] {
  const size = (bar: Bar): number => (Number.isFinite(bar.number) ? Math.abs(bar.number) : Number.POSITIVE_INFINITY);
  return [...bars].sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
}

function linesOf(groups: readonly BarGroup[]): readonly Line[] {
  return groups.flatMap(({ name, bars }): readonly Line[] => [
    ...(name === undefined ? [] : [{ kind: "name", name } as const]),
    ...bars.map((bar) => ({ kind: "bar", bar }) as const),
  ]);
}

function roomFor(
  lines: readonly Line[],
  fonts: Fonts,
): { readonly label: number; readonly before: number; readonly after: number } {
  let label = 0;
  let before = 1;
  let after = 0;
  for (const line of lines) {
    if (line.kind !== "bar") continue;
    label = Math.max(label, textWidth(line.bar.label, fonts.text));
    const split = pointSplit(line.bar.text);
    before = Math.max(before, split.before);
    after = Math.max(after, split.after);
  }
  return { label: Math.ceil(Math.min(WIDEST_LABEL, label)) + 2 * PADDING, before, after };
}

interface Scale {
  /** Where zero is along the track, 0 to 1. */
  readonly zero: number;
  /** Length of a value along the track, 0 to 1. */
  part(value: number): number;
}

function scaleOf(lines: readonly Line[]): Scale {
  let low = 0;
  let high = 0;
  for (const line of lines) {
    if (line.kind !== "bar" || !Number.isFinite(line.bar.number)) continue;
    low = Math.min(low, line.bar.number);
    high = Math.max(high, line.bar.number);
  }
  // Halves, because the range of the largest doubles is not a double.
  const range = high / 2 - low / 2;
  return {
    zero: range === 0 ? 0 : -low / 2 / range,
    part: (value) => (range === 0 || !Number.isFinite(value) ? 0 : Math.abs(value) / 2 / range),
  };
}
