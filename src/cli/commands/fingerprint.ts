import { fingerprint as fingerprintOf } from "../../core/model/fingerprint.ts";
import { jsonText } from "../../core/view/json-text.ts";
import { type Session, withArtifact } from "../session.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";

export async function fingerprint(session: Session): Promise<ExitCode> {
  const files = session.arguments.words;
  if (files.length === 0) throw new UsageError("fingerprint takes one FILE or more");
  const results: { path: string; fingerprint: string }[] = [];
  for (const file of files)
    results.push({
      path: file,
      fingerprint: await withArtifact(session, file, (artifact) =>
        fingerprintOf(artifact.parameters, session.host, session.work),
      ),
    });
  if (session.arguments.flag("json")) session.output.out(`${jsonText({ schemaVersion: 1, files: results })}\n`);
  else session.output.out(results.map((each) => `${each.fingerprint}  ${each.path}\n`).join(""));
  return EXIT.done;
}
