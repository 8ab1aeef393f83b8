import path from "node:path";
import { digest } from "../../core/bytes/digest.ts";
import { ArtifactError } from "../../core/errors.ts";
import { canonicalText } from "../../core/view/canonical-text.ts";
import { jsonText } from "../../core/view/json-text.ts";
import { openFile } from "../../platform/node/file.ts";
import { isMissingSide } from "../git-sides.ts";
import { type Session, withArtifact } from "../session.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";

export async function text(session: Session): Promise<ExitCode> {
  const [file, ...more] = session.arguments.words;
  if (file === undefined || more.length > 0) throw new UsageError("text takes one FILE");
  const isTextconv = session.arguments.flag("textconv");
  const written = await textOf(session, file).catch((error: unknown) => {
    if (!isTextconv || !(error instanceof ArtifactError) || error.code === "cancelled") throw error;
    return unreadable(session, file, error);
  });
  session.output.out(
    session.arguments.flag("json") ? `${jsonText({ schemaVersion: 1, file, text: written })}\n` : written,
  );
  return EXIT.done;
}

async function textOf(session: Session, file: string): Promise<string> {
  if (isMissingSide(file)) return "";
  return withArtifact(session, file, (artifact) => canonicalText(artifact, session.host, session.work));
}

/** Why there is no text, and what tells this file from another one that cannot be read: a change is never invisible. */
async function unreadable(session: Session, file: string, error: ArtifactError): Promise<string> {
  const source = await openFile(path.resolve(session.cwd, file));
  try {
    const sha256 = await digest(source, session.host, session.work);
    return `not read: ${error.message}\nsize: ${source.size}\nsha256: ${sha256}\n`;
  } finally {
    await source.close();
  }
}
