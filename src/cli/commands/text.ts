import { canonicalText } from "../../core/view/canonical-text.ts";
import { type Session, withArtifact } from "../session.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";
import { jsonText } from "../../core/view/json-text.ts";

export async function text(session: Session): Promise<ExitCode> {
  const [file, ...more] = session.arguments.words;
  if (file === undefined || more.length > 0) throw new UsageError("text takes one FILE");
  return withArtifact(session, file, async (artifact) => {
    const written = await canonicalText(artifact, session.host, session.work);
    session.output.out(
      session.arguments.flag("json") ? `${jsonText({ schemaVersion: 1, file, text: written })}\n` : written,
    );
    return EXIT.done;
  });
}
