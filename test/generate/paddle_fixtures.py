"""Writes test/fixtures/paddle: a small network saved by PaddlePaddle as a program with its parameters, and as a state.

    python paddle_fixtures.py ../fixtures/paddle      # requirements-paddle.txt
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
        return self.last(paddle.nn.functional.relu(self.first(self.norm(x)))) + self.steps.sum().astype("float32") * 0


net = Net()
net.eval()
spec = paddle.static.InputSpec([None, 4], "float32", name="x")
paddle.jit.save(net, os.path.join(FOLDER, "net"), input_spec=[spec])
# Paddle writes into each operation where in the generator it was made: paths of one machine, which say nothing of the network.
with open(os.path.join(FOLDER, "net.pdmodel"), "rb+") as file:
    program = file.read()
    for path in (os.path.dirname(os.path.abspath(__file__)), os.path.dirname(os.path.dirname(os.path.dirname(paddle.__file__)))):
        program = program.replace(path.encode(), b"/" * len(path.encode()))
    file.seek(0)
    file.write(program)
paddle.save(net.state_dict(), os.path.join(FOLDER, "net.pdparams"))
for name in os.listdir(FOLDER):
    if name.endswith(".pdiparams.info"):
        os.remove(os.path.join(FOLDER, name))
# Parameters have another name in the program than in the layer; each tensor knows its own.
expected = {value.name: [str(value.numpy().dtype), list(value.shape), value.numpy().tobytes().hex()] for value in net.state_dict().values()}
expected = {name: [dtype, list(shape), hex] for name, (dtype, shape, hex) in expected.items()}
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump({"version": paddle.__version__, "tensors": expected}, file, indent=1)
    file.write("\n")
