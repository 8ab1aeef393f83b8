import type { Rule } from "../rule.ts";

/** What a reader finds while it reads: these rows only name and grade it. */
export const RAISED_BY_READERS: readonly Rule[] = [
  {
    id: "integrity/truncated",
    severity: "error",
    why: "Part of the model is missing; loading it fails.",
  },
  {
    id: "integrity/corrupt",
    severity: "error",
    why: "The bytes contradict their format; loading it fails or gives something else than was saved.",
  },
  {
    id: "integrity/limit",
    severity: "warning",
    why: "Something was not read because a limit was met: what is there may be sound, but it was not seen.",
  },
  {
    id: "integrity/not-read",
    severity: "warning",
    why: "Part of the model lies elsewhere or in a form that is not read: what is shown is not all of it.",
  },
  {
    id: "integrity/trailing-bytes",
    severity: "warning",
    why: "Bytes after the end are ignored by every loader: they are waste, or something that is being hidden.",
  },
  {
    id: "integrity/duplicate-name",
    severity: "warning",
    why: "Two entries of one name: loaders keep one of them, and not all the same one.",
  },
];
