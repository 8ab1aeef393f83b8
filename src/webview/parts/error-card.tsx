import type { WireError } from "../../protocol/methods.ts";
import { run } from "../channel.ts";
import { t } from "../strings.ts";
import { Icon } from "./icon.tsx";

export interface ErrorCardProps {
  readonly name: string;
  readonly error: WireError;
}

/** Nothing can be shown: what happened, where, the file's first and last bytes, and what can be done. */
export function ErrorCard({ name, error }: ErrorCardProps) {
  const isCancelled = error.code === "cancelled";
  return (
    <main class="failed">
      <header class="head">
        <h1 class="head-title">{name}</h1>
      </header>
      <section class="card" role="alert">
        <h2 class="card-title">
          <Icon name={isCancelled ? "circle-slash" : "error"} class={isCancelled ? "" : "severity-error"} />
          {title(error)}
        </h2>
        {isCancelled ? null : <p class="card-text">{error.message}</p>}
        <Where error={error} />
        <div class="card-actions">
          <button type="button" class="button is-primary" onClick={() => run("retry")}>
            {t("Retry")}
          </button>
          {isCancelled ? null : (
            <button type="button" class="button" onClick={() => run("copyDiagnostic", diagnostic(name, error))}>
              {t("Copy Diagnostic")}
            </button>
          )}
        </div>
      </section>
    </main>
  );
}

function Where({ error }: { readonly error: WireError }) {
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t("Byte"), error.offset === undefined ? undefined : t("{offset}", { offset: error.offset })],
    [t("Needed"), error.needed === undefined ? undefined : t("{count} bytes", { count: error.needed })],
    [t("Available"), error.available === undefined ? undefined : t("{count} bytes", { count: error.available })],
    [t("First bytes"), error.head === undefined ? undefined : spaced(error.head)],
    [t("Last bytes"), error.tail === undefined ? undefined : spaced(error.tail)],
  ];
  const known = facts.filter(([, value]) => value !== undefined);
  if (known.length === 0) return null;
  return (
    <dl class="card-facts">
      {known.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd class="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function title({ code }: WireError): string {
  switch (code) {
    case "not-recognised":
      return t("This file is not a model that can be read");
    case "truncated":
      return t("The file ends too early");
    case "corrupt":
      return t("The file contradicts its format");
    case "unsupported":
      return t("The file uses something that cannot be read yet");
    case "limit":
      return t("The file asks for more than is safe to read");
    case "changed":
      return t("The file changed while it was being read");
    case "cancelled":
      return t("Opening was cancelled");
    case "refused":
      return t("Refused");
    case "not-found":
      return t("The file is not there");
    case "internal":
      return t("Model Loupe failed");
    case "stopped":
      return t("The engine stopped");
  }
}

/** "80 04 95": pairs, however the bytes came. */
function spaced(hex: string): string {
  return (hex.replaceAll(/[^0-9a-fA-F]/g, "").match(/../g) ?? []).join(" ");
}

/** English, for a bug report. */
function diagnostic(name: string, error: WireError): string {
  const lines = [
    `Model Loupe could not open ${name}`,
    `${error.code}: ${error.message}`,
    error.offset === undefined ? "" : `at byte ${error.offset}`,
    error.needed === undefined ? "" : `needed ${error.needed}, available ${error.available ?? "unknown"}`,
    error.head === undefined ? "" : `first bytes: ${spaced(error.head)}`,
    error.tail === undefined ? "" : `last bytes: ${spaced(error.tail)}`,
  ];
  return lines.filter((line) => line !== "").join("\n");
}
