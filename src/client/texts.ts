import type { Middleware } from "vscode-languageclient/node";
import { JSON_TEXT_LIMIT } from "../protocol/parameter-json.ts";

/** Texts that were told to the server. */
const told = new Set<string>();

/** Keeps very large texts from travelling to the server with every edit: it would not look at them. */
export const textMiddleware: Middleware = {
  didOpen(document, next) {
    if (document.getText().length > JSON_TEXT_LIMIT) return Promise.resolve();
    told.add(document.uri.toString());
    return next(document);
  },
  didChange: (event, next) => (told.has(event.document.uri.toString()) ? next(event) : Promise.resolve()),
  didClose: (document, next) => (told.delete(document.uri.toString()) ? next(document) : Promise.resolve()),
};
