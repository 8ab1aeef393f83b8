import type { Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { BarRows, type Group } from "./bar-rows.tsx";
import { barStyle, scaleOf } from "./bar-scale.ts";
import { MarkedNumber, type Side } from "./marked-number.tsx";
import type { ScrollPosition } from "./scroll-area.tsx";
import { pointSplit } from "./number-text.ts";

const ROW = 22;
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
  /** What the other side of a diff has in its place. */
  readonly other?: { readonly text: string; readonly number: number };
}

export type BarGroup = Group<Bar>;

export interface BarsProps {
  readonly label: string;
  readonly groups: readonly BarGroup[];
  /** The bar the pointer or the keys are at. */
  readonly onActive: (bar: Bar | undefined) => void;
  readonly onCopy: (text: string) => void;
  /** Which side of a diff it is: digits that the other one does not have are marked. */
  readonly side?: Side;
  readonly position?: Signal<ScrollPosition>;
}

/** Bars around zero with the exact numbers at their right, aligned at the point. All groups share one scale. */
export function Bars({ label, groups, onActive, onCopy, side, position }: BarsProps) {
  const room = useMemo(() => roomFor(groups), [groups]);
  const scale = useMemo(() => scaleOf(groups.flatMap(({ bars }) => bars.flatMap(numbersOf))), [groups]);
  return (
    <BarRows
      label={label}
      groups={groups}
      row={ROW}
      onActive={onActive}
      copyOf={(bar) => bar.text}
      onCopy={onCopy}
      {...(position && { position })}
    >
      {(bar, fonts) => (
        <>
          <span class="bar-track" aria-hidden="true">
            <span class="bar-zero" style={{ left: `${scale.zero * 100}%` }} />
            <span class={`bar-fill${bar.number < 0 ? " is-negative" : ""}`} style={barStyle(scale, bar.number)} />
          </span>
          <span
            class={`bar-number number${Number.isFinite(bar.number) ? "" : " is-not-finite"}${bar.other?.text === bar.text ? " is-equal" : ""}`}
            style={{
              width: `${Math.ceil((room.before + room.after) * fonts.digit) + PADDING}px`,
              paddingLeft: `${(room.before - pointSplit(bar.text).before) * fonts.digit}px`,
            }}
          >
            {side === undefined || bar.other === undefined || bar.other.text === bar.text ? (
              bar.text
            ) : (
              <MarkedNumber text={bar.text} other={bar.other.text} side={side} />
            )}
          </span>
        </>
      )}
    </BarRows>
  );
}

/**
 * Bars by size, what is not finite first: it is what one must see. With the other side of a diff by the greater of both,
 * which is the same order there.
 */
export function byMagnitude(bars: readonly Bar[]): readonly Bar[] {
  const size = (bar: Bar): number =>
    Math.max(...numbersOf(bar).map((one) => (Number.isFinite(one) ? Math.abs(one) : Number.POSITIVE_INFINITY)));
  return [...bars].sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
}

function numbersOf({ number, other }: Bar): readonly number[] {
  return other === undefined ? [number] : [number, other.number];
}

function roomFor(groups: readonly BarGroup[]): { readonly before: number; readonly after: number } {
  let before = 1;
  let after = 0;
  for (const { bars } of groups)
    for (const bar of bars) {
      for (const text of bar.other === undefined ? [bar.text] : [bar.text, bar.other.text]) {
        const split = pointSplit(text);
        before = Math.max(before, split.before);
        after = Math.max(after, split.after);
      }
    }
  return { before, after };
}
