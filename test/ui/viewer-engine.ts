import { ArtifactError } from "../../src/core/errors.ts";
import type { Artifact, Parameter } from "../../src/core/model/artifact.ts";
import { tensorStats } from "../../src/core/model/stats.ts";
import { nodeDetails } from "../../src/core/view/details.ts";
import { createOutline } from "../../src/core/view/outline.ts";
import { viewerModel } from "../../src/core/view/viewer.ts";
import { createWork } from "../../src/core/work.ts";
import type { Params } from "../../src/protocol/methods.ts";
import { elementOf, windowOf } from "../../src/server/handlers/tensor.ts";
import type { PanelEngine } from "./panel-page.ts";

/** The real engine over an artifact, answering what the model editor asks. */
export function viewerEngine(artifact: Artifact): PanelEngine {
  const outline = createOutline(artifact);
  const parameterAt = (path: string): Parameter => {
    const found = artifact.parameters.find((one) => one.path === path);
    if (found === undefined) throw new ArtifactError("not-found", `${artifact.name} has no parameter ${path}`);
    return found;
  };
  return {
    kind: "viewer",
    name: artifact.name,
    model: viewerModel(artifact, outline),
    answer(method, params): Promise<unknown> {
      const work = createWork();
      switch (method) {
        case "artifact/children": {
          const { id, start, count } = params as unknown as Params<"artifact/children">;
          return Promise.resolve(outline.children(id, start, count));
        }
        case "artifact/find":
          return outline.find((params as unknown as Params<"artifact/find">).text, work);
        case "artifact/locate":
          return Promise.resolve(outline.locate((params as unknown as Params<"artifact/locate">).path) ?? null);
        case "artifact/details": {
          const { id } = params as unknown as Params<"artifact/details">;
          const item = outline.item(id);
          if (item === undefined) throw new ArtifactError("not-found", `${artifact.name} has no row ${id}`);
          return nodeDetails(artifact, item, work);
        }
        case "tensor/window": {
          const { path, window } = params as unknown as Params<"tensor/window">;
          return windowOf(parameterAt(path), window, work);
        }
        case "tensor/element": {
          const { path, position } = params as unknown as Params<"tensor/element">;
          return elementOf(parameterAt(path), position);
        }
        case "tensor/stats":
          return tensorStats(parameterAt((params as unknown as Params<"tensor/stats">).path).tensor, work);
        default:
          throw new ArtifactError("refused", `a viewer may not ask ${method}`);
      }
    },
  };
}
