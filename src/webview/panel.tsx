import { type Signal, signal } from "@preact/signals";
import { type ComponentType, render } from "preact";
import { useEffect } from "preact/hooks";
import type { WireError } from "../protocol/methods.ts";
import { onHostEvent } from "./channel.ts";
import { renew } from "./generation.ts";
import { tell } from "./host.ts";
import { ErrorCard } from "./parts/error-card.tsx";
import { Loading, type LoadingStage, ProgressLine } from "./parts/loading.tsx";
import { keepSession } from "./state.ts";
import { strings } from "./strings.ts";

/** Where the panel is: before the first model, with one, or with the reason why there is none. */
type Phase<M> =
  | { readonly kind: "loading"; readonly stage: LoadingStage }
  | { readonly kind: "failed"; readonly name: string; readonly error: WireError }
  | { readonly kind: "ready"; readonly model: M; readonly restricted: boolean; readonly refreshing?: LoadingStage };

export interface AppProps<M> {
  readonly model: M;
  /** The workspace is not trusted. Nothing here needs trust; actions that start other programs do. */
  readonly restricted: boolean;
}

/** Mounts the panel: the frame and the file's name at once, then whatever the host says. */
export function startPanel<M>(App: ComponentType<AppProps<M>>): void {
  const root = document.getElementById("app") ?? document.body.appendChild(document.createElement("div"));
  root.id = "app";
  const phase = signal<Phase<M>>({ kind: "loading", stage: { name: root.dataset["name"] ?? "" } });
  onHostEvent((event) => {
    const next = follow(phase.value, event);
    if (next !== phase.value) phase.value = next;
  });
  keepSession();
  render(<Panel phase={phase} App={App} />, root);
  tell({ type: "ready" });
}

type HostEvent = Parameters<Parameters<typeof onHostEvent>[0]>[0];

function follow<M>(now: Phase<M>, event: HostEvent): Phase<M> {
  switch (event.type) {
    case "model":
      strings.value = event.strings;
      renew();
      return { kind: "ready", model: event.model as M, restricted: event.restricted };
    case "failed":
      strings.value = event.strings ?? strings.value;
      return { kind: "failed", name: event.name, error: event.error };
    case "loading": {
      strings.value = event.strings ?? strings.value;
      const stage: LoadingStage = event;
      return now.kind === "ready" ? { ...now, refreshing: stage } : { kind: "loading", stage };
    }
    case "select":
    case "linked":
    case "pair":
    case "sides":
    case "marks":
    case "key":
      return now;
  }
}

function Panel<M>({ phase, App }: { readonly phase: Signal<Phase<M>>; readonly App: ComponentType<AppProps<M>> }) {
  const now = phase.value;
  useEffect(() => {
    const name = now.kind === "loading" ? now.stage.name : now.kind === "failed" ? now.name : undefined;
    if (name !== undefined && name !== "") document.title = name;
  }, [now]);
  switch (now.kind) {
    case "loading":
      return <Loading stage={now.stage} />;
    case "failed":
      return <ErrorCard name={now.name} error={now.error} />;
    case "ready":
      return (
        <>
          {now.refreshing === undefined ? null : <ProgressLine stage={now.refreshing} />}
          <App model={now.model} restricted={now.restricted} />
        </>
      );
  }
}
