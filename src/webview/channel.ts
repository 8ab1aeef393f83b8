import type { Params, Result, WireError } from "../protocol/methods.ts";
import type { DIFF_METHODS, PanelCommand, SIDES_METHODS, ToPanel, VIEWER_METHODS } from "../protocol/panel.ts";
import { fromPanelWire } from "../protocol/panel-wire.ts";
import { tell } from "./host.ts";

export type PanelMethod =
  | (typeof VIEWER_METHODS)[number]
  | (typeof SIDES_METHODS)[number]
  | (typeof DIFF_METHODS)[number];

/** Without the ids of the artifact, the two sides or the diff: the host adds them. */
export type PanelParams<M extends PanelMethod> = Omit<Params<M>, "artifact" | "sides" | "side" | "diff">;

/** A request that the host answered with an error. */
export class RequestFailed extends Error {
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = "RequestFailed";
    this.wire = wire;
  }
}

export function isCancelled(error: unknown): boolean {
  return error instanceof RequestFailed && error.wire.code === "cancelled";
}

/** The error of a request as it goes over the wire, whatever was thrown. */
export function wireError(error: unknown): WireError {
  if (error instanceof RequestFailed) return error.wire;
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: RequestFailed) => void;
}

type Event = Exclude<ToPanel, { readonly type: "result" | "error" }>;

const waiting = new Map<number, Waiting>();
const listeners = new Set<(event: Event) => void>();
let lastId = 0;

/** Asks the host. Every request answers: a result, an error, or `cancelled` when the signal aborts. */
export function ask<M extends PanelMethod>(
  method: M,
  params: PanelParams<M>,
  signal?: AbortSignal,
): Promise<Result<M>> {
  return new Promise<Result<M>>((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(cancelled());
      return;
    }
    lastId += 1;
    const id = lastId;
    const stop = (): void => {
      if (!waiting.delete(id)) return;
      tell({ type: "cancel", id });
      reject(cancelled());
    };
    signal?.addEventListener("abort", stop, { once: true });
    const settle = (): void => signal?.removeEventListener("abort", stop);
    waiting.set(id, {
      resolve: (result) => {
        settle();
        resolve(result as Result<M>);
      },
      reject: (error) => {
        settle();
        reject(error);
      },
    });
    tell({ type: "request", id, method, params });
  });
}

/** Runs one of the host's commands. */
export function run(command: PanelCommand, text?: string): void {
  tell(text === undefined ? { type: "command", command } : { type: "command", command, text });
}

/** Everything the host says unasked. Returns how to stop listening. */
export function onHostEvent(listener: (event: Event) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function cancelled(): RequestFailed {
  return new RequestFailed({ code: "cancelled", message: "cancelled" });
}

function receive(message: ToPanel): void {
  if (message.type !== "result" && message.type !== "error") {
    for (const listener of listeners) listener(message);
    return;
  }
  const one = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.type === "result") one?.resolve(message.result);
  else one?.reject(new RequestFailed(message.error));
}

function isMessage(data: unknown): data is ToPanel {
  return typeof data === "object" && data !== null && "type" in data && typeof data.type === "string";
}

window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  if (isMessage(data)) receive(fromPanelWire(data) as ToPanel);
});
