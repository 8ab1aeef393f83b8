import type { Format, Match, Probe } from "../format.ts";
import { zipKind } from "../zip-kinds.ts";
import { beginsWithMagic, isLegacyTar } from "./magic.ts";
import { readTorch } from "./read.ts";

//   From 1.6 on, a zip archive, its members stored, each beginning at a multiple of 64 bytes:
//
//   model/data.pkl       a pickle whose tensors are _rebuild_tensor_v2(storage, offset, size, stride, ...); a storage is
//                        the persistent id ('storage', torch.FloatStorage, '0', 'cpu', number of elements)
//   model/byteorder      little or big
//   model/data/0         the elements of storage 0
//   model/version        3
//
//   TorchScript adds code/ and constants.pkl. Before 1.6: five pickles one after another (the magic number, 1001, the
//   system, the object, the keys of its storages), then each storage: its number of elements (64 bits), the elements.
//   Before 0.1.12: a tar archive of sys_info, pickle, storages and tensors.
//   https://github.com/pytorch/pytorch/blob/main/torch/serialization.py
//   https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/docs/serialization.md

export const torchFormat: Format = {
  id: "torch",
  label: "PyTorch",
  extensions: [".pt", ".pth", ".ckpt", ".bin", ".ptl", ".pt2"],
  sniff,
  read: readTorch,
};

function sniff(probe: Probe): Match | undefined {
  const { head } = probe;
  if (beginsWithMagic(head)) return { certainty: "certain", reason: "the magic number of torch.save" };
  if (isLegacyTar(head)) return { certainty: "certain", reason: "a tar archive of PyTorch's members" };
  const kind = zipKind(probe);
  if (kind?.id === "stable-baselines3") return { certainty: "certain", reason: "a zip archive of Stable-Baselines3" };
  if (kind?.id !== "torch") return undefined;
  return { certainty: "certain", reason: "a zip archive with the members of PyTorch" };
}
