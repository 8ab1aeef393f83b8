import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { run } from "../channel.ts";
import { t } from "../strings.ts";
import { byteSize } from "./number-text.ts";

export interface LoadingStage {
  readonly name: string;
  readonly stage?: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
}

const FELT_MS = 150;
const CANCELLABLE_MS = 1_000;

/** True once waiting is felt: work that ends sooner shows no progress at all. */
function useLate(milliseconds: number): boolean {
  const isLate = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      isLate.value = true;
    }, milliseconds);
    return () => clearTimeout(timer);
  }, []);
  return isLate.value;
}

/** The frame and the file's name, at once; what is being done, once it takes a while. */
export function Loading({ stage }: { readonly stage: LoadingStage }) {
  const isFelt = useLate(FELT_MS);
  const isLong = useLate(CANCELLABLE_MS);
  return (
    <main class="loading" aria-busy="true">
      {isFelt ? <ProgressLine stage={stage} /> : null}
      <header class="head">
        <h1 class="head-title">{stage.name}</h1>
        <p class="head-facts" role="status">
          {isFelt ? doing(stage) : "\u00a0"}
        </p>
        {isLong ? (
          <button type="button" class="button" onClick={() => run("cancel")}>
            {t("Cancel")}
          </button>
        ) : null}
      </header>
    </main>
  );
}

/** A line across the top; how far, where that is known. */
export function ProgressLine({ stage }: { readonly stage: LoadingStage }) {
  const { done, total } = stage;
  const known = done !== undefined && total !== undefined && total > 0 ? Math.min(1, done / total) : undefined;
  return (
    <div
      class={`progress${known === undefined ? " is-endless" : ""}`}
      role="progressbar"
      aria-label={doing(stage)}
      {...(known === undefined
        ? {}
        : { "aria-valuenow": Math.round(known * 100), "aria-valuemin": 0, "aria-valuemax": 100 })}
    >
      <div class="progress-bar" style={known === undefined ? {} : { transform: `scaleX(${known})` }} />
    </div>
  );
}

/** The same for a part of the panel. */
export function LateProgress({ label }: { readonly label: string }) {
  const isFelt = useLate(FELT_MS);
  if (!isFelt) return null;
  return (
    <div class="late" role="status">
      <ProgressLine stage={{ name: label, stage: label }} />
      <p class="dim">{label}</p>
    </div>
  );
}

/** "comparing 212 of 1,340 parameters". */
function doing({ stage, done, total, unit }: LoadingStage): string {
  if (stage === undefined) return t("opening");
  const what = t(stage);
  if (done === undefined || unit === undefined) return what;
  if (unit === "bytes")
    return total === undefined
      ? t("{stage}: {done}", { stage: what, done: byteSize(done) })
      : t("{stage}: {done} of {total}", { stage: what, done: byteSize(done), total: byteSize(total) });
  return total === undefined
    ? t("{stage}: {done} {unit}", { stage: what, done, unit: t(unit) })
    : t("{stage}: {done} of {total} {unit}", { stage: what, done, total, unit: t(unit) });
}
