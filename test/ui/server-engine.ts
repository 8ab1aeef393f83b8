import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Method, Params, Result } from "../../src/protocol/methods.ts";
import type { Session } from "../server/session.ts";
import type { PanelEngine } from "./panel-page.ts";

export const workspace = path.resolve(import.meta.dirname, "../workspace/credit-risk");

export const uriOf = (file: string): string => pathToFileURL(file).toString();

/** The real server on a real file, as the extension asks it for a model editor. */
export async function fileEngine(session: Session, file: string): Promise<PanelEngine> {
  const { artifact, model } = await ask(session, "artifact/open", { uri: uriOf(file), trusted: true });
  return {
    kind: "viewer",
    name: path.basename(file),
    model,
    answer: (method, params) => ask(session, method as Method, { ...params, artifact }),
  };
}

/** The real server on two real files, as the extension asks it for a diff. */
export async function compareEngine(session: Session, oldFile: string, newFile: string): Promise<PanelEngine> {
  const { diff, model } = await ask(session, "diff/open", { oldUri: uriOf(oldFile), newUri: uriOf(newFile) });
  return {
    kind: "diff",
    name: `${path.basename(oldFile)} ↔ ${path.basename(newFile)}`,
    model,
    answer: (method, params) => ask(session, method as Method, { ...params, diff }),
  };
}

export function ask<M extends Method>(session: Session, method: M, params: Params<M>): Promise<Result<M>> {
  return session.client.sendRequest<Result<M>>(method, params);
}
