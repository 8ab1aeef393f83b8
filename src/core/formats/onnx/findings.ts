import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";

/** What can be wrong with an ONNX file, in words. */

export function brokenTensor(source: ByteSource, path: string, at: number, problem: string): Finding {
  return finding("integrity/corrupt", "error", say("The tensor {name} {problem}.", { name: path, problem }), {
    path,
    ...placeIn(source, at, 0),
  });
}

export function notReadTensor(source: ByteSource, path: string, at: number, problem: string): Finding {
  return finding("integrity/not-read", "warning", say("The tensor {name} {problem}.", { name: path, problem }), {
    path,
    ...placeIn(source, at, 0),
  });
}

export function overflow(source: ByteSource, path: string, at: number, count: number, dtype: string): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("{count} numbers of the tensor {name} do not fit into {dtype}: their low bits are shown.", {
      count,
      name: path,
      dtype,
    }),
    { path, ...placeIn(source, at, 0) },
  );
}

export function duplicateName(source: ByteSource, name: string, at: number): Finding {
  return finding(
    "integrity/duplicate-name",
    "warning",
    say('The graph has "{name}" more than once; ONNX Runtime refuses such a file.', { name }),
    { path: name, ...placeIn(source, at, 0) },
  );
}

export function missingFile(location: string, count: number, first: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say(
      'The values of {count} tensors, the first "{first}", are in the file "{location}", which is not beside the model.',
      { count, first, location },
    ),
    { path: first },
  );
}

export function unsafeLocation(location: string, count: number, first: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say(
      'The values of {count} tensors, the first "{first}", are said to be in "{location}", which is no file in the folder of the model: it is not opened.',
      { count, first, location },
    ),
    { path: first },
  );
}

export function cutFile(location: string, path: string, needed: number, size: number): Finding {
  return finding(
    "integrity/truncated",
    "error",
    say('The tensor {name} ends at byte {needed} of "{location}", which has {size}.', {
      name: path,
      needed,
      location,
      size,
    }),
    { path },
  );
}

export function unreadableFile(location: string, count: number, first: string, reason: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say(
      'The values of {count} tensors, the first "{first}", are in the file "{location}", which is not read: {reason}.',
      {
        count,
        first,
        location,
        reason,
      },
    ),
    { path: first },
  );
}

export function unknownKey(source: ByteSource, key: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say("The text has the key {key}, which ONNX does not have: what stands under it is not read.", { key }),
    placeIn(source, 0, 0),
  );
}

export function callsPython(source: ByteSource, operator: string, at: number): Finding {
  return finding(
    "safety/unusual-global",
    "warning",
    say("The graph has the operator {operator}, which calls Python when the model is run. Nothing of it is run here.", {
      operator,
    }),
    placeIn(source, at, 0),
  );
}
