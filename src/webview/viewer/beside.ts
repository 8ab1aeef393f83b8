import type { TensorWindow, WindowRequest } from "../../core/view/viewer-model.ts";
import { ask } from "../channel.ts";

/** A tensor that has one on the other side whose values belong to its own. */
export interface Beside {
  /** Of the row on both sides. */
  readonly id: string;
  readonly side: "old" | "new";
  /** What is equal on the other side is told from what is not; nothing has to be where all is. */
  readonly isMarked: boolean;
}

/** A window of this side, and what belongs to it on the other side where there is something. */
export interface Windows {
  readonly own: TensorWindow;
  readonly other?: TensorWindow;
}

export async function askWindows(
  path: string,
  beside: Beside | undefined,
  window: WindowRequest,
  signal: AbortSignal,
): Promise<Windows> {
  if (beside?.isMarked !== true) return { own: await ask("tensor/window", { path, window }, signal) };
  return ask("sides/windows", { id: beside.id, window }, signal);
}
