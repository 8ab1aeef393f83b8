import type { Artifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { dictGet, isNode, type Value } from "../../model/value.ts";
import type { Remark } from "../rule.ts";
import { enumerate } from "./names.ts";

const CODE = /\.(?:py|pyc|pyd|so|dll|dylib)$/i;
/** What servers import when they load the archive: TorchServe, SageMaker, Hugging Face, Azure, MLflow. */
const ENTRY =
  /(?:^|\/)(?:(?:\w*handler|inference|predictor|score|serve|entrypoint)\.pyc?|code\/[^/]+\.pyc?|custom_code\/.*)$/i;
const MANIFEST = "MAR-INF/MANIFEST.json";
const NAMED = 3;

/** Programs that lie beside the models of an archive: they are not looked at, and a server that is given the archive runs some of them. */
export function servedCode({ format, root }: Artifact): Remark[] {
  if (format !== "bundle" || !isNode(root) || root.kind !== "dict") return [];
  const names = root.keys.filter((name): name is string => typeof name === "string" && CODE.test(name));
  const handler = at(at(dictGet(root, MANIFEST), "model"), "handler");
  const run = names.filter((name) => ENTRY.test(name) || name === handler);
  const [first = names[0]] = run;
  if (first === undefined) return [];
  const list = enumerate([...run, ...names.filter((name) => !run.includes(name))], NAMED);
  return [
    {
      severity: run.length > 0 ? "warning" : "info",
      sentence:
        run.length > 0
          ? say(
              "The archive brings programs ({list}) that a server runs when it loads the model. They were not looked at.",
              {
                list,
              },
            )
          : say("The archive brings programs ({list}) beside the model. They were not looked at.", { list }),
      path: first,
      evidence: { files: `${names.length}` },
    },
  ];
}

function at(value: Value | undefined, key: string): Value | undefined {
  return isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
}
