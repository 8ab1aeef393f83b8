import type { Signal } from "@preact/signals";
import type { ShownAxis } from "../../core/view/viewer-model.ts";
import { t } from "../strings.ts";
import { axisName, placeName } from "./tensor-axes.ts";

const LISTED_LABELS = 500;

export interface PickersProps {
  readonly axes: readonly (ShownAxis | undefined)[];
  /** Sizes of the leading dimensions. */
  readonly sizes: readonly number[];
  readonly chosen: Signal<readonly number[]>;
}

/** Fixes the dimensions before the last two: a list where their places have names, a number where not. */
export function LeadingPickers({ axes, sizes, chosen }: PickersProps) {
  const choose = (dimension: number, index: number): void => {
    const size = sizes[dimension] ?? 0;
    if (!Number.isInteger(index) || index < 0 || index >= size) return;
    chosen.value = chosen.value.map((old, i) => (i === dimension ? index : old));
  };
  return (
    <div class="pickers">
      {sizes.map((size, dimension) => (
        <label key={dimension} class="picker">
          <span>{axisName(axes, dimension)}</span>
          {axes[dimension] !== undefined && size <= LISTED_LABELS ? (
            <select
              value={String(chosen.value[dimension] ?? 0)}
              onChange={(event) => choose(dimension, Number(event.currentTarget.value))}
            >
              {Array.from({ length: size }, (_, index) => (
                <option key={index} value={String(index)}>
                  {placeName(axes, dimension, index)}
                </option>
              ))}
            </select>
          ) : (
            <input
              type="number"
              class="number"
              min={0}
              max={size - 1}
              value={chosen.value[dimension] ?? 0}
              onInput={(event) => choose(dimension, event.currentTarget.valueAsNumber)}
            />
          )}
          <span class="dim">{t("of {count}", { count: size })}</span>
        </label>
      ))}
    </div>
  );
}
