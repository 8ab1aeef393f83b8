import { Uri } from "vscode";
import { activeModel } from "../models.ts";
import { showText, type TextForm } from "../text-documents.ts";

/** "Show Model as Text", "Show Disassembly", "Show Decompiled Pickle". */
export function showTextCommand(form: TextForm): (uri?: unknown) => Promise<void> {
  return async (given) => {
    const uri = given instanceof Uri ? given : activeModel();
    if (uri !== undefined) await showText(uri, form);
  };
}
