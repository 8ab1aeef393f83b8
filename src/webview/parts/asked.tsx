import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { WireError } from "../../protocol/methods.ts";
import { isCancelled, wireError } from "../channel.ts";
import { generation } from "../generation.ts";
import { settle } from "../settle.ts";
import { t } from "../strings.ts";
import { ErrorNote } from "./error-note.tsx";
import { LateProgress } from "./loading.tsx";

/** The answer to a question, as far as it is there. */
export type Asked<T> =
  | { readonly kind: "waiting" }
  | { readonly kind: "ready"; readonly value: T }
  | { readonly kind: "failed"; readonly error: WireError; readonly retry: () => void };

/**
 * Asks when `key` changes or the file did. The old answer to the same key stays until the new one is there, so that a
 * refresh does not blink.
 */
export function useAsked<T>(key: string, question: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const answer = useSignal<{ readonly key: string; readonly asked: Asked<T> } | undefined>(undefined);
  const attempt = useSignal(0);
  const now = generation.value;
  useEffect(() => {
    const abort = new AbortController();
    void settle(
      question(abort.signal),
      (value) => {
        if (!abort.signal.aborted) answer.value = { key, asked: { kind: "ready", value } };
      },
      (error: unknown) => {
        if (abort.signal.aborted || isCancelled(error)) return;
        const retry = (): void => {
          answer.value = undefined;
          attempt.value += 1;
        };
        answer.value = { key, asked: { kind: "failed", error: wireError(error), retry } };
      },
    );
    return () => abort.abort();
  }, [key, now, attempt.value]);
  return answer.value?.key === key ? answer.value.asked : { kind: "waiting" };
}

export interface AnswerProps<T> {
  readonly asked: Asked<T>;
  /** What is being waited for: "Reading statistics". */
  readonly doing: string;
  readonly children: (value: T) => ComponentChildren;
}

/** The answer, a progress line once waiting is felt, or why there is none. */
export function Answer<T>({ asked, doing, children }: AnswerProps<T>) {
  switch (asked.kind) {
    case "waiting":
      return <LateProgress label={doing} />;
    case "failed":
      return <ErrorNote error={asked.error} retry={{ label: t("Retry"), run: asked.retry }} />;
    case "ready":
      return <>{children(asked.value)}</>;
  }
}
