import type { ComponentChildren } from "preact";
import type { TensorStats } from "../../core/view/viewer-model.ts";
import { group, t } from "../strings.ts";
import { measured } from "./number-text.ts";

interface Line {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly isQuiet?: boolean;
  readonly isLoud?: boolean;
  /** Words, not a number. */
  readonly isText?: boolean;
}

/** Counts first, then the values. Counts of nothing stay in view, quietly: that there is no NaN is worth knowing. */
export function Statistics({ stats }: { readonly stats: TensorStats }) {
  return (
    <table class="table statistics">
      <tbody>
        {lines(stats).map((line) => (
          <tr key={line.label} class={line.isQuiet === true ? "dim" : ""}>
            <th scope="row">{line.label}</th>
            <td class={`${line.isText === true ? "" : "number"}${line.isLoud === true ? " severity-warning" : ""}`}>
              {line.value}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function lines(stats: TensorStats): readonly Line[] {
  const count = (label: string, value: number, isLoud = false): Line => ({
    label,
    value: group(value),
    isQuiet: value === 0,
    isLoud: isLoud && value > 0,
  });
  const optional = (label: string, value: string | undefined): readonly Line[] =>
    value === undefined ? [] : [{ label, value }];
  return [
    { label: t("Elements"), value: group(stats.elements) },
    ...optional(t("Least"), stats.min),
    ...optional(t("Greatest"), stats.max),
    ...optional(t("Mean"), stats.mean === undefined ? undefined : String(stats.mean)),
    ...optional(t("Standard deviation"), stats.std === undefined ? undefined : String(stats.std)),
    count("NaN", stats.nan, true),
    count(t("Infinity"), stats.positiveInfinity, true),
    count(t("Minus infinity"), stats.negativeInfinity, true),
    count(t("Zeros"), stats.zeros),
    count(t("Negative zeros"), stats.negativeZeros),
    count(t("Subnormals"), stats.subnormals),
    ...optional(t("Precision"), precision(stats)).map((line) => ({ ...line, isText: true })),
  ];
}

function precision({ isFloat32Valued }: TensorStats): string | undefined {
  if (isFloat32Valued === undefined) return undefined;
  return isFloat32Valued
    ? t("float32 only: every value is a float32 value")
    : t("float64: some values need more than float32");
}

/** What a histogram says, for those who do not see it. */
export function histogramText(stats: TensorStats): string {
  const { histogram } = stats;
  if (histogram === undefined) return t("There is no finite value to draw.");
  const most = Math.max(...histogram.counts);
  return t("Histogram of {count} values from {low} to {high} in {bins} bins; the fullest holds {most}.", {
    count: histogram.counts.reduce((sum, one) => sum + one, 0),
    low: measured(histogram.low),
    high: measured(histogram.high),
    bins: histogram.counts.length,
    most,
  });
}
