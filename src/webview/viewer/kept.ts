import { isFlags, isNumber, isText, isTextOrNothing, persisted } from "../state.ts";

/** What the viewer keeps over reloads of the window. */
export const kept = {
  /** Row id of the selection. */
  selected: persisted<string | undefined>("selected", undefined, isTextOrNothing),
  /** Rows that the person opened or closed, by id; others are as the model says. */
  opened: persisted<Readonly<Record<string, boolean>>>("opened", {}, isFlags),
  filter: persisted("filter", "", isText),
  /** Scroll of the tree. */
  treeTop: persisted("treeTop", 0, isNumber),
  treeWidth: persisted("treeWidth", 280, isNumber),
  /** How much of the height the outline takes beside the other side of a diff. */
  share: persisted("share", 0.42, isNumber),
  /** The view chosen last; used wherever the selected thing has it. */
  tab: persisted<string | undefined>("tab", undefined, isTextOrNothing),
} as const;
