import { Uri } from "vscode";
import { activeModel } from "../models.ts";
import { showText } from "../text-documents.ts";

/** "Show Model as Text". */
export function showTextCommand(): (uri?: unknown) => Promise<void> {
  return async (given) => {
    const uri = given instanceof Uri ? given : activeModel();
    if (uri !== undefined) await showText(uri);
  };
}
