import { useMemo } from "preact/hooks";
import { t } from "../strings.ts";
import { BarRows, type Group } from "./bar-rows.tsx";
import { barStyle, type Scale, scaleOf } from "./bar-scale.ts";
import { MarkedNumber } from "./marked-number.tsx";
import { measured, pointSplit } from "./number-text.ts";
import type { Fonts } from "./text-width.ts";

const ROW = 34;
const PADDING = 8;

/** One value of a side. */
export interface SideValue {
  /** Printed exactly. */
  readonly text: string;
  /** For drawing only. */
  readonly number: number;
  readonly row: number;
  readonly column: number;
}

/** What was and what is at one place, or under one name; a side without it has none. */
export interface PairedBar {
  readonly label: string;
  readonly old?: SideValue;
  readonly new?: SideValue;
}

export interface PairedBarsProps {
  readonly label: string;
  readonly groups: readonly Group<PairedBar>[];
  readonly onActive: (bar: PairedBar | undefined) => void;
  readonly onCopy: (text: string) => void;
}

/** New under old around one zero, with the exact numbers and their difference. All groups share one scale. */
export function PairedBars({ label, groups, onActive, onCopy }: PairedBarsProps) {
  const room = useMemo(() => roomFor(groups), [groups]);
  const scale = useMemo(() => scaleOf(numbersOf(groups)), [groups]);
  return (
    <BarRows
      label={label}
      groups={groups}
      row={ROW}
      onActive={onActive}
      copyOf={(bar) => [bar.label, bar.old?.text ?? "", bar.new?.text ?? ""].join("\t")}
      onCopy={onCopy}
    >
      {(bar, fonts) => (
        <>
          <span class="bar-track is-paired" aria-hidden="true">
            <span class="bar-zero" style={{ left: `${scale.zero * 100}%` }} />
            <PairBar scale={scale} side="old" value={bar.old} />
            <PairBar scale={scale} side="new" value={bar.new} />
          </span>
          <span class="bar-pair number">
            <PairNumber bar={bar} side="old" room={room} fonts={fonts} />
            <PairNumber bar={bar} side="new" room={room} fonts={fonts} />
          </span>
          <span class="bar-delta number">{deltaText(bar)}</span>
        </>
      )}
    </BarRows>
  );
}

/** new - old: NaN where a side has none, or it is not finite. */
export function deltaOf({ old, new: next }: PairedBar): number {
  return old === undefined || next === undefined ? Number.NaN : next.number - old.number;
}

/** "+0.359", or what happened instead. */
export function deltaText(bar: PairedBar): string {
  if (bar.old === undefined) return t("added");
  if (bar.new === undefined) return t("removed");
  if (bar.old.text === bar.new.text) return "=";
  const delta = deltaOf(bar);
  return delta > 0 ? `+${measured(delta)}` : measured(delta);
}

function PairBar({
  scale,
  side,
  value,
}: {
  readonly scale: Scale;
  readonly side: "old" | "new";
  readonly value: SideValue | undefined;
}) {
  if (value === undefined) return null;
  return <span class={`bar-fill is-${side}`} style={barStyle(scale, value.number)} />;
}

interface Room {
  readonly before: number;
  readonly after: number;
}

interface PairNumberProps {
  readonly bar: PairedBar;
  readonly side: "old" | "new";
  readonly room: Room;
  readonly fonts: Fonts;
}

function PairNumber({ bar, side, room, fonts }: PairNumberProps) {
  const text = bar[side]?.text ?? "–";
  const other = bar[side === "old" ? "new" : "old"]?.text;
  return (
    <span
      class={`bar-side is-${side}`}
      style={{
        width: `${Math.ceil((room.before + room.after) * fonts.digit) + PADDING}px`,
        paddingLeft: `${(room.before - pointSplit(text).before) * fonts.digit}px`,
      }}
    >
      <span class="sr-only">{side === "old" ? t("old") : t("new")} </span>
      {bar[side] === undefined || other === undefined ? text : <MarkedNumber text={text} other={other} side={side} />}
    </span>
  );
}

function valuesOf(groups: readonly Group<PairedBar>[]): readonly SideValue[] {
  return groups.flatMap(({ bars }) =>
    bars.flatMap((bar) => [bar.old, bar.new].filter((one): one is SideValue => one !== undefined)),
  );
}

function numbersOf(groups: readonly Group<PairedBar>[]): readonly number[] {
  return valuesOf(groups).map(({ number }) => number);
}

function roomFor(groups: readonly Group<PairedBar>[]): Room {
  let before = 1;
  let after = 0;
  for (const { text } of valuesOf(groups)) {
    const split = pointSplit(text);
    before = Math.max(before, split.before);
    after = Math.max(after, split.after);
  }
  return { before, after };
}
