import type { DiffStats } from "../../core/diff/report.ts";
import { measured, ulps } from "./number-text.ts";
import { t } from "../strings.ts";

/** How many differ, and the largest distances. */
const SHORT = 3;

interface Item {
  readonly text: string;
  readonly isLoud?: boolean;
}

/** How far the two sides are apart: "12 of 12 differ · max |Δ| 2.9e-8 · max relative 5.9e-8". */
export function StatsLine({ stats, isShort = false }: { readonly stats: DiffStats; readonly isShort?: boolean }) {
  const all = items(stats);
  const shown = isShort ? all.filter(({ isLoud }, i) => i < SHORT || isLoud === true) : all;
  return (
    <ul class="stats-line">
      {shown.map(({ text, isLoud }) => (
        <li key={text} class={isLoud === true ? "severity-warning" : ""}>
          {text}
        </li>
      ))}
    </ul>
  );
}

function items(stats: DiffStats): readonly Item[] {
  const { elements, changed } = stats;
  const all: Item[] = [{ text: t("{changed} of {elements} differ", { changed, elements }) }];
  if (changed === 0) return all;
  const add = (template: string, value: string): void => {
    all.push({ text: t(template, { value }) });
  };
  add("max |Δ| {value}", measured(stats.maxAbs));
  add("max relative {value}", measured(stats.maxRel));
  if (stats.maxUlp !== undefined) add("max {value} ulp", ulps(stats.maxUlp));
  add("mean |Δ| {value}", measured(stats.meanAbs));
  add("L2 {value}", measured(stats.l2));
  add("relative L2 {value}", measured(stats.relL2));
  if (Number.isFinite(stats.cosine)) add("cosine {value}", cosineText(stats.cosine));
  const count = (template: string, number: number): void => {
    if (number > 0) all.push({ text: t(template, { count: number }), isLoud: true });
  };
  count("{count} became infinite", stats.overflow);
  count("{count} became zero", stats.underflow);
  count("{count} changed to or from NaN", stats.nanChanged);
  count("{count} changed to or from infinity", stats.infChanged);
  count("{count} changed sign", stats.signFlips);
  return all;
}

/** Three digits would round 0.99999 to 1: what is just below one is told by its distance. */
function cosineText(value: number): string {
  const short = 1 - value;
  return short > 0 && short < 1e-3 ? `1 − ${measured(short)}` : measured(value);
}
