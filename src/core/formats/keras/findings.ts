import { append } from "../../append.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";
import { holdsCode, type KerasConfig } from "./config.ts";
import { namedFindings } from "./named.ts";

/** What is to be said of a Keras model, in words. */

/** Layers that hold compiled Python code. */
export function codeFindings(model: KerasConfig | undefined): readonly Finding[] {
  if (model === undefined) return [];
  const found = namedFindings(model);
  const stack = [model];
  for (let layer = stack.pop(); layer !== undefined; layer = stack.pop()) {
    append(stack, layer.layers);
    const own = layer.config.keys.map((key, i) => (key === "layers" ? null : (layer.config.values[i] ?? null)));
    const isLambda = holdsCode({ ...layer.config, values: own });
    if (isLambda) found.push(codeIn(layer.name ?? layer.className));
    else if (layer.className === "Lambda") found.push(lambda(layer.name ?? layer.className));
  }
  return found;
}

function codeIn(layer: string): Finding {
  return finding(
    "safety/unusual-global",
    "warning",
    say(
      "The layer {layer} holds compiled Python code, which Keras runs when the model is loaded with safe_mode off, and old versions always. Nothing of it is run here; ask whoever made the file what it does.",
      { layer },
    ),
    { path: layer },
  );
}

/** What it calls is a name, or cannot be told. */
function lambda(layer: string): Finding {
  return finding(
    "safety/unusual-global",
    "warning",
    say(
      "The layer {layer} is a Lambda: it calls a Python function that is not among the layers of Keras. Nothing of it is run here; ask whoever made the file what it does.",
      { layer },
    ),
    { path: layer },
  );
}

export function missingWeights(name: string): Finding {
  return finding(
    "integrity/not-read",
    "error",
    say("{name} has no {member}: only the architecture is shown.", { name, member: "model.weights.h5" }),
    {},
  );
}

export function unreadMember(member: string, reason: string): Finding {
  return finding("integrity/corrupt", "error", say("{member} was not read: {reason}.", { member, reason }), {
    path: member,
  });
}

export function unlisted(layer: string, name: string): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say('The layer {layer} lists the weight "{name}", which is not in the file.', { layer, name }),
    { path: layer },
  );
}
