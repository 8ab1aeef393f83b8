import type { Fact } from "../../core/model/artifact.ts";
import { visibleName } from "../../core/model/unseen.ts";
import { t } from "../strings.ts";

/** Facts in one line: "dtype float64 · shape [1, 12]". */
export function FactsLine({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <ul class="facts">
      {facts.map((fact) => (
        <li key={fact.id}>
          <span class="dim">{t(fact.label)}</span>{" "}
          <span class="number">{fact.id === "texts" ? t(fact.value) : visibleName(fact.value)}</span>
        </li>
      ))}
    </ul>
  );
}
