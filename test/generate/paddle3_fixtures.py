"""Writes test/fixtures/paddle3: a small network saved by PaddlePaddle 3 as a JSON program with its parameters.

    python paddle3_fixtures.py ../fixtures/paddle3      # requirements-paddle3.txt
"""

import json
import os
import sys

import numpy as np
import paddle

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
paddle.seed(3)


class Net(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.norm = paddle.nn.BatchNorm1D(4)
        self.first = paddle.nn.Linear(4, 3)
        self.last = paddle.nn.Linear(3, 2, bias_attr=False)
        self.register_buffer("steps", paddle.to_tensor(np.array([1, -(2**40)], dtype=np.int64)))

    def forward(self, x):
        y = paddle.nn.functional.relu(self.first(self.norm(x)))
        # A branch has a block of its own.
        y = paddle.static.nn.cond(y.sum() > 0, lambda: y * 2, lambda: y - 1)
        return self.last(y) + self.steps.sum().astype("float32") * 0


net = Net()
net.eval()
net.first.bias.set_value(np.array([0.25, -1.5, 3], "float32"))
spec = paddle.static.InputSpec([None, 4], "float32", name="x")
paddle.jit.save(net, os.path.join(FOLDER, "inference"), input_spec=[spec])
named = dict(net.state_dict())
expected = {value.name: [str(value.numpy().dtype), list(value.shape), value.numpy().tobytes().hex()] for value in named.values()}
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump({"version": paddle.__version__, "tensors": expected}, file, indent=1)
    file.write("\n")
