import { cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";

const samples = path.join(root, "test/workspace/credit-risk");

/**
 * A working copy of the sample workspace, so that trying things leaves the repository as it is: the sample files, and
 * `model.joblib` under git, committed as version 1.2.2 and then retrained to 1.2.3 without a commit: what "Compare
 * Model with Previous Version" finds at HEAD.
 */
export async function prepareWorkspace(target) {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await cp(samples, target, { recursive: true });
  const git = (...args) =>
    run(
      "git",
      [
        "-c",
        "user.name=Model Loupe",
        "-c",
        "user.email=samples@model-loupe.invalid",
        "-c",
        "commit.gpgsign=false",
        ...args,
      ],
      {
        cwd: target,
        capture: true,
      },
    );
  await git("init", "--quiet", "--initial-branch=main");
  await cp(path.join(samples, "lr_params_v1.2.2.joblib"), path.join(target, "model.joblib"));
  await git("add", ".");
  await git("commit", "--quiet", "-m", "Credit-risk models, version 1.2.2 in use");
  await cp(path.join(samples, "lr_params_v1.2.3.joblib"), path.join(target, "model.joblib"));
  return target;
}
