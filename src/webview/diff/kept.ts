import { isFlags, isNumber, isText, isTextOrNothing, isTexts, persisted } from "../state.ts";

/** What the diff keeps over reloads of the window. */
export const kept = {
  /** Row id of the selection. */
  selected: persisted<string | undefined>("selected", undefined, isTextOrNothing),
  /** Rows that the person opened or closed, by id. */
  opened: persisted<Readonly<Record<string, boolean>>>("opened", {}, isFlags),
  filter: persisted("filter", "", isText),
  /** Verdicts that are shown; empty: all. */
  verdicts: persisted<readonly string[]>("verdicts", [], isTexts),
  treeTop: persisted("treeTop", 0, isNumber),
  treeWidth: persisted("treeWidth", 280, isNumber),
  tab: persisted<string | undefined>("tab", undefined, isTextOrNothing),
} as const;
