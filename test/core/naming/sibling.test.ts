import { describe, expect, it } from "vitest";
import { previousSibling } from "../../../src/core/naming/sibling.ts";
import { extensionOf } from "../../../src/core/naming/version.ts";

describe("previousSibling", () => {
  it.each([
    // [name, others, expected]
    ["lr_params_v1.2.3.joblib", ["lr_params_v1.2.2.joblib", "lr_params_v1.3.0.joblib"], "lr_params_v1.2.2.joblib"],
    ["m_1.10.0.pkl", ["m_1.9.0.pkl", "m_1.2.0.pkl", "m_1.11.0.pkl"], "m_1.9.0.pkl"],
    [
      "m_v1.3.0.pkl",
      ["m_v1.2.9.pkl", "m_v1.3.0-rc.2.pkl", "m_v1.3.0-rc.1.pkl", "m_v1.3.0-beta.pkl"],
      "m_v1.3.0-rc.2.pkl",
    ],
    ["m_v1.3.0-rc.2.pkl", ["m_v1.3.0.pkl", "m_v1.2.9.pkl", "m_v1.3.0-rc.1.pkl"], "m_v1.3.0-rc.1.pkl"],
    ["m-1.3.0rc10.npz", ["m-1.3.0rc9.npz", "m-1.3.0b12.npz", "m-1.3.0.npz"], "m-1.3.0rc9.npz"],
    ["m-1.0.0.post2.npz", ["m-1.0.0.post1.npz", "m-1.0.0.npz"], "m-1.0.0.post1.npz"],
    ["m-1.0.0.post1.npz", ["m-1.0.0.npz", "m-1.0.0rc1.npz"], "m-1.0.0.npz"],
    [
      "model_2024-01-05.pkl",
      ["model_2024-01-04.pkl", "model_2023-12-31.pkl", "model_2024-02-01.pkl"],
      "model_2024-01-04.pkl",
    ],
    ["model_20240105.pkl", ["model_20231231.pkl", "model_20240106.pkl"], "model_20231231.pkl"],
    ["model_20240105_1230.pkl", ["model_20240105_0930.pkl", "model_20240104_2359.pkl"], "model_20240105_0930.pkl"],
    [
      "m_2024-01-05T10-20-30.pkl",
      ["m_2024-01-05T10-20-29.pkl", "m_2024-01-05T09-59-59.pkl"],
      "m_2024-01-05T10-20-29.pkl",
    ],
    ["model_v2.safetensors", ["model_v1.safetensors", "model_v10.safetensors"], "model_v1.safetensors"],
    ["model.v2.pkl", ["model.v1.pkl"], "model.v1.pkl"],
    ["net_3.npz", ["net_1.npz", "net_2.npz", "net_12.npz"], "net_2.npz"],
    ["net.epoch10.safetensors", ["net.epoch9.safetensors", "net.epoch2.safetensors"], "net.epoch9.safetensors"],
    [
      "checkpoint-1000.safetensors",
      ["checkpoint-500.safetensors", "checkpoint-1500.safetensors"],
      "checkpoint-500.safetensors",
    ],
    ["resnet50_v2.npz", ["resnet18_v1.npz", "resnet50_v1.npz"], "resnet50_v1.npz"],
    ["v3_2024-01-05.pkl", ["v3_2024-01-04.pkl", "v2_2024-06-01.pkl"], "v3_2024-01-04.pkl"],
    ["m_v1.2.3_fold2.pkl", ["m_v1.2.3_fold1.pkl", "m_v1.2.2_fold2.pkl"], "m_v1.2.2_fold2.pkl"],
    ["Model_V2.PKL", ["model_v1.pkl"], "model_v1.pkl"],
    ["m_1.3.pkl.gz", ["m_1.2.pkl", "m_1.2.pkl.gz"], "m_1.2.pkl.gz"],
    ["m_1.0.0+abc.pkl", ["m_0.9.0+def.pkl"], "m_0.9.0+def.pkl"],
  ] as const)("%s", (name, others, expected) => {
    expect(previousSibling(name, [name, ...others])).toBe(expected);
  });

  it.each([
    ["model.pkl", ["model_old.pkl", "model_v1.pkl"]],
    ["lr_params_v1.2.2.joblib", ["lr_params_v1.2.3.joblib"]],
    ["lr_params_v1.2.3.joblib", ["rf_params_v1.2.2.joblib", "lr_params_v1.2.2.pkl", "lr_v1.2.2.joblib"]],
    ["m_1.2.pkl", ["m_1.2.0.pkl"]],
    ["resnet50.npz", ["resnet18.npz"]],
    ["model_fp16.safetensors", ["model_fp8.safetensors"]],
    ["", []],
  ] as const)("nothing lower than %s", (name, others) => {
    expect(previousSibling(name, others)).toBeUndefined();
  });

  it("compares numbers longer than a double holds", () => {
    const others = ["m_v1.99999999999999999998.pkl", "m_v1.99999999999999999997.pkl"];
    expect(previousSibling("m_v1.99999999999999999999.pkl", others)).toBe(others[0]);
  });

  it("is quick on a long hostile name", () => {
    const name = `m_${"1.".repeat(20_000)}x.pkl`;
    expect(previousSibling(name, [`m_${"1-".repeat(20_000)}y.pkl`])).toBeUndefined();
  });
});

describe("extensionOf", () => {
  it.each([
    ["m_v1.2.3.joblib", ".joblib"],
    ["m.pkl.gz", ".pkl.gz"],
    ["model.v2.pkl", ".pkl"],
    ["weights_1.3.0.rc1", ""],
    ["noextension", ""],
    [".hidden", ""],
  ])("%s", (name, expected) => expect(extensionOf(name)).toBe(expected));
});
