"""Writes test/fixtures/treelite: small forests by Treelite, and what it says of them as JSON.

    python treelite_fixtures.py ../fixtures/treelite      # requirements-treelite.txt
"""

import json
import os
import sys

import treelite
from treelite.model_builder import Metadata, ModelBuilder, PostProcessorFunc, TreeAnnotation

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)


def forest(kind, is_categorical):
    builder = ModelBuilder(
        threshold_type=kind,
        leaf_output_type=kind,
        metadata=Metadata(num_feature=3, task_type="kRegressor", average_tree_output=True, num_target=1, num_class=[1], leaf_vector_shape=(1, 1)),
        tree_annotation=TreeAnnotation(num_tree=2, target_id=[0, 0], class_id=[0, 0]),
        postprocessor=PostProcessorFunc(name="identity"),
        base_scores=[0.5],
    )
    for tree in range(2):
        builder.start_tree()
        builder.start_node(0)
        if is_categorical and tree == 1:
            builder.categorical_test(feature_id=2, default_left=False, category_list=[1, 5], category_list_right_child=True, left_child_key=1, right_child_key=2)
        else:
            builder.numerical_test(feature_id=tree, threshold=0.1 + tree, default_left=True, opname="<=", left_child_key=1, right_child_key=2)
        builder.gain(2.5)
        builder.data_count(40)
        builder.end_node()
        for node, value in ((1, -1.5), (2, 2.0 + tree)):
            builder.start_node(node)
            builder.leaf(value)
            builder.end_node()
        builder.end_tree()
    return builder.commit()


expected = {}
for name, model in (("float32", forest("float32", False)), ("float64", forest("float64", True))):
    model.serialize(os.path.join(FOLDER, f"{name}.tl"))
    expected[name] = json.loads(model.dump_as_json())
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump({"version": treelite.__version__, "models": expected}, file, indent=1)
    file.write("\n")
