import { t } from "../strings.ts";

/** A value as text, whole or with a word on how much is missing. */
export function TextValue({ text }: { readonly text: { readonly value: string; readonly isCut: boolean } }) {
  return (
    <div class="text-value">
      <pre class="number" tabIndex={0} aria-label={t("Value")}>
        {text.value}
      </pre>
      {text.isCut ? (
        <p class="dim">{t("Showing the first {count} characters.", { count: text.value.length })}</p>
      ) : null}
    </div>
  );
}
