import { visibleName } from "../../core/model/unseen.ts";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ElementFacts } from "../../core/view/viewer-model.ts";
import { ask } from "../channel.ts";
import { settle } from "../settle.ts";
import { t } from "../strings.ts";

const REST_MS = 60;

/** The facts of the element at a position, once the pointer or the keys have come to rest on it. */
export function useElementFacts(path: string, position: readonly number[] | undefined): ElementFacts | undefined {
  const facts = useSignal<{ readonly key: string; readonly facts: ElementFacts } | undefined>(undefined);
  const key = position === undefined ? undefined : `${path}[${position.join(",")}]`;
  useEffect(() => {
    if (key === undefined || position === undefined || facts.value?.key === key) return undefined;
    const abort = new AbortController();
    // An answer that fails was given up because the pointer went on, or the cell itself shows that it cannot be read.
    const rest = setTimeout(() => {
      void settle(ask("tensor/element", { path, position }, abort.signal), (found) => {
        facts.value = { key, facts: found };
      });
    }, REST_MS);
    return () => {
      clearTimeout(rest);
      abort.abort();
    };
  }, [key]);
  return facts.value?.key === key ? facts.value?.facts : undefined;
}

export interface StatusStripProps {
  readonly address: string;
  readonly place: string;
  readonly dtype: string;
  readonly text: string | undefined;
  readonly facts: ElementFacts | undefined;
  /** How many cells are selected, when more than one. */
  readonly note: string | undefined;
}

/** Everything there is to know of one element, always at the same place and of the same height. */
export function StatusStrip({ address, place, dtype, text, facts, note }: StatusStripProps) {
  return (
    <section class="strip" aria-label={t("Selected value")}>
      <div class="strip-line">
        <span class="strip-address number" title={visibleName(address)}>
          {visibleName(address)}
        </span>
        {place === "" ? null : <span class="strip-place">{place}</span>}
        <span class="strip-value number">{text ?? ""}</span>
        <span class="strip-dtype number">{dtype}</span>
        {note === undefined ? null : <span class="strip-note">{note}</span>}
      </div>
      <dl class={`strip-line strip-facts${facts === undefined ? " is-empty" : ""}`}>
        <div class="strip-exact">
          <dt>{t("exact")}</dt>
          <dd class="number" title={facts?.exact}>
            {facts?.exact ?? ""}
          </dd>
        </div>
        <div>
          <dt>{t("bits")}</dt>
          <dd class="number">{facts?.hex ?? ""}</dd>
        </div>
        {facts !== undefined && facts.ulp === undefined ? null : (
          <div>
            <dt title={t("distance to the next value of this type")}>ulp</dt>
            <dd class="number">{facts?.ulp ?? ""}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}
