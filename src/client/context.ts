import type { LogOutputChannel, Uri } from "vscode";
import type { Panels } from "./panels.ts";
import type { Server } from "./server.ts";

/** What commands and panels share; made once by `activate`. */
export interface Context {
  readonly extensionUri: Uri;
  readonly server: Server;
  readonly panels: Panels;
  readonly log: LogOutputChannel;
}
