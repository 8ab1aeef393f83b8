import type { WireError } from "../../protocol/methods.ts";
import { t } from "../strings.ts";
import { Icon } from "./icon.tsx";

export interface ErrorNoteProps {
  readonly error: WireError;
  readonly retry?: { readonly label: string; readonly run: () => void };
}

/** A failure that concerns one view only: said where the view would be. */
export function ErrorNote({ error, retry }: ErrorNoteProps) {
  return (
    <div class="note is-error" role="alert">
      <Icon name="error" class="severity-error" />
      <div>
        <p class="note-text">{error.message}</p>
        {error.offset === undefined ? null : <p class="dim">{t("At byte {offset}.", { offset: error.offset })}</p>}
      </div>
      {retry === undefined ? null : (
        <button type="button" class="button" onClick={retry.run}>
          {retry.label}
        </button>
      )}
    </div>
  );
}
