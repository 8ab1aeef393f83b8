import type { TensorWindow, WindowRequest } from "../../core/view/viewer-model.ts";
import { ask } from "../channel.ts";

/** A tensor that has one of the same shape on the other side. */
export interface Beside {
  /** Of the row on both sides. */
  readonly id: string;
  readonly side: "old" | "new";
  /** What is equal on the other side is told from what is not; nothing has to be where all is. */
  readonly isMarked: boolean;
}

/** A window of this side, and the same one of the other side where there is one. */
export interface Windows {
  readonly own: TensorWindow | undefined;
  readonly other?: TensorWindow | undefined;
}

export async function askWindows(
  path: string,
  beside: Beside | undefined,
  window: WindowRequest,
  signal: AbortSignal,
): Promise<Windows> {
  if (beside?.isMarked !== true) return { own: await ask("tensor/window", { path, window }, signal) };
  const both = await ask("sides/windows", { id: beside.id, window }, signal);
  return beside.side === "old" ? { own: both.old, other: both.new } : { own: both.new, other: both.old };
}
