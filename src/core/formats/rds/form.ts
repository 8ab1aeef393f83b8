import { startsWithText } from "../probe.ts";

export type RForm = "X" | "B" | "A";

export interface Form {
  readonly form: RForm;
  /** Where the version stands. */
  readonly start: number;
  /** True for what `save` writes: a pair list of objects by name. */
  readonly isWorkspace: boolean;
}

const WORKSPACE = /^RD([XBA])[23]\n$/;

/** The form of a file that `isR` is true of. */
export function formOf(head: Uint8Array): Form {
  const first = String.fromCharCode(...head.subarray(0, 5));
  const start = WORKSPACE.test(first) ? 5 : 0;
  const letter = String.fromCharCode(head[start] ?? 0);
  return { form: letter === "A" || letter === "B" ? letter : "X", start: start + 2, isWorkspace: start > 0 };
}

/** True for R's serialisation in one of its forms: a letter, and version 2 or 3. */
export function isR(head: Uint8Array): boolean {
  const { start } = formOf(head);
  const [a, b, c, d] = [0, 1, 2, 3].map((k) => head[start + k]);
  const isVersion = (byte: number | undefined): boolean => byte === 2 || byte === 3;
  if (startsWithText(head, "X\n", start - 2)) return a === 0 && b === 0 && c === 0 && isVersion(d);
  if (startsWithText(head, "B\n", start - 2)) return isVersion(a) && b === 0 && c === 0 && d === 0;
  if (!startsWithText(head, "A\n", start - 2)) return false;
  return /^[23]\r?\n\d{5,6}\r?\n\d{5,6}\r?\n/.test(String.fromCharCode(...head.subarray(start, start + 24)));
}
