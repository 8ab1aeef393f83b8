import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { utf8Bytes } from "../../../src/core/model/utf8.ts";
import { Gguf, gguf } from "../../support/gguf-builder.ts";
import { openBytes } from "../../support/read-format.ts";
import { forgeZip } from "../../support/zip-builder.ts";

/** What is said about safety, with the address it is about. */
const safety = ({ findings }: Artifact): string[] =>
  findings
    .filter(({ rule }) => rule.startsWith("safety/"))
    .map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
const json = (value: unknown): Promise<Artifact> => openBytes(utf8Bytes(JSON.stringify(value)), "config.json");
const yaml = (text: string): Promise<Artifact> => openBytes(utf8Bytes(text), "config.yaml");

const ESCAPE = "{{ cycler.__init__.__globals__.os.popen('id').read() }}";
const CHAT = "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] | trim }}{% endfor %}";

describe("what a configuration would have called", () => {
  it.each(["os.system", "builtins.exec", "subprocess.Popen", "numpy.f2py.os.system", "torch.load", "pickle.loads"])(
    "%s is dangerous",
    async (target) => {
      expect(safety(await yaml(`model:\n  encoder:\n    _target_: ${target}\n    x: 1\n`))).toEqual([
        expect.stringContaining(`error model.encoder._target_: model.encoder._target_ names ${target}`),
      ]);
      expect(safety(await json({ layers: [{ _target_: target }] }))).toEqual([
        expect.stringContaining("error layers[0]._target_"),
      ]);
    },
  );

  it.each(["_target_", "target", "class_path", "_class_path"])("by the key %s", async (key) => {
    expect(safety(await json({ callbacks: { [key]: "os.system" } }))).toEqual([
      expect.stringContaining(`error callbacks.${key}`),
    ]);
    expect(safety(await json({ callbacks: { [`${key}s`]: "os.system" } }))).toEqual([]);
  });

  it("is found behind hundreds of thousands of other values", async () => {
    const rows = Array.from({ length: 250_000 }, () => ({}));
    expect(safety(await json({ model: { _target_: "os.system" }, rows }))).toEqual([
      expect.stringContaining("error model._target_"),
    ]);
  });

  it("by a function of Hydra that gives what it is named", async () => {
    for (const getter of ["get_method", "get_class", "get_object"]) {
      const target = { _target_: `hydra.utils.${getter}` };
      expect(safety(await json({ a: { ...target, path: "os.system" } }))).toEqual([
        expect.stringContaining("error a._target_: a._target_ names os.system"),
      ]);
      expect(safety(await json({ a: { ...target, _args_: ["builtins.exec"] } }))).toEqual([
        expect.stringContaining("names builtins.exec"),
      ]);
      expect(safety(await json({ a: { ...target, path: "torch.nn.functional.relu" } }))).toEqual([]);
    }
    const made = { _target_: "hydra.utils.instantiate", config: { _target_: "subprocess.Popen", args: "id" } };
    expect(safety(await json(made))).toEqual([expect.stringContaining("error config._target_")]);
  });

  it("classes of libraries and of projects are not, nor is a target that is no name", async () => {
    const text =
      "a:\n  _target_: torch.nn.Linear\nb:\n  target: my.project.Encoder\nc:\n  target: sys.argv is a text\n";
    expect(safety(await yaml(text))).toEqual([]);
  });
});

describe("a chat template", () => {
  it.each([
    String.raw`{{ x['\137\137class\137\137'] }}`,
    String.raw`{{ x['\U0000005f_class_\U0000005f'] }}`,
    String.raw`{{ x['\N{LOW LINE}_class_'] }}`,
    "{{ x['__cla' ~ 'ss__'] }}",
    "{{ x['_' ~ '_class_' ~ '_'] }}",
    "{{ x[['__', 'class', '__'] | join] }}",
  ])("that puts a name together is dangerous: %s", async (template) => {
    expect(safety(await json({ chat_template: template }))).toEqual([expect.stringMatching(/reaches into Python/)]);
  });

  it("that puts other texts together is not", async () => {
    const template = "{{ 'tool_' ~ name + '_' + id ~ '_end' }}{{ '___' }}";
    expect(safety(await json({ chat_template: template }))).toEqual([]);
  });

  it("that leaves Jinja is dangerous, wherever it is kept", async () => {
    const said = expect.stringMatching(/^error .*template.*reaches into Python/);
    expect(safety(await json({ tokenizer_class: "X", chat_template: ESCAPE }))).toEqual([said]);
    expect(safety(await json({ chat_template: [{ name: "rag", template: ESCAPE }] }))).toEqual([said]);
    for (const key of ["tokenizer.chat_template", "tokenizer.chat_template.rag"]) {
      const file = gguf({ metadata: [[key, 8, new Gguf().text(ESCAPE)]] });
      expect(safety(await openBytes(file, "m.gguf"))).toEqual([said]);
    }
  });

  it.each([
    "{{ ''['__cla' ~ 'ss__'] }}{{ x|attr('f') }}",
    "{{ x['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ self.__init__ }}",
    "{{ os.popen('id') }}",
  ])("that hides it is dangerous: %s", async (template) => {
    expect(safety(await json({ chat_template: template }))).toHaveLength(1);
  });

  it("that only writes a chat is none, and a text elsewhere is no template", async () => {
    expect(safety(await json({ chat_template: CHAT, note: ESCAPE }))).toEqual([]);
    expect(
      safety(await openBytes(gguf({ metadata: [["tokenizer.chat_template", 8, new Gguf().text(CHAT)]] }))),
    ).toEqual([]);
  });
});

describe("objects that a YAML file would have Ruby make", () => {
  it("are dangerous where attacks are known, unusual otherwise", async () => {
    expect(safety(await yaml("a: !ruby/object:Gem::Installer\n  i: x\n"))).toEqual([
      expect.stringMatching(/^error .*ruby\.Gem::Installer/),
    ]);
    expect(safety(await yaml("a: !ruby/object:Rumale::LinearModel::Ridge\n  x: 1\n"))).toEqual([
      expect.stringMatching(/^warning .*ruby\.Rumale::LinearModel::Ridge/),
    ]);
    expect(safety(await yaml("a: !ruby/range\n  begin: 1\n"))).toEqual([]);
  });
});

describe("code outside of the file", () => {
  it("is told of where transformers would run it", async () => {
    const found = safety(await json({ model_type: "x", auto_map: { AutoModel: "them/repo--modeling.Model" } }));
    expect(found).toEqual([expect.stringContaining("warning auto_map: auto_map names Python code")]);
    expect(found[0]).toContain("them/repo--modeling.Model");
    expect(safety(await json({ model_type: "x", architectures: ["X"] }))).toEqual([]);
  });

  it("is told of wherever in a configuration it is, and where the configuration itself trusts it", async () => {
    const inner = { auto_map: { AutoConfig: "them/repo--config.Config" } };
    expect(safety(await json({ encoders: [{ text_config: inner }] }))).toEqual([
      expect.stringContaining("warning encoders[0].text_config.auto_map: auto_map names"),
    ]);
    expect(safety(await yaml("model:\n  kwargs:\n    trust_remote_code: true\n"))).toEqual([
      expect.stringContaining("warning model.kwargs.trust_remote_code: "),
    ]);
    expect(safety(await json({ model: { trust_remote_code: false }, auto_map: {}, auto_maps: 1 }))).toEqual([]);
  });
});

describe("what the configuration of a Keras model names", () => {
  const keras = async (layer: unknown): Promise<string[]> => {
    const config = {
      name: "model",
      layers: [{ module: "keras.layers", class_name: "InputLayer", config: { name: "in" } }, layer],
    };
    const members = [
      {
        name: "config.json",
        content: utf8Bytes(JSON.stringify({ module: "keras", class_name: "Sequential", config })),
      },
      { name: "metadata.json", content: utf8Bytes('{"keras_version":"3.8.0"}') },
    ];
    return safety(await openBytes(forgeZip(members), "m.keras")).filter((each) => each.startsWith("error"));
  };
  const dense = (activation: unknown): unknown => ({
    module: "keras.layers",
    class_name: "Dense",
    config: { name: "dense", units: 1, activation },
    registered_name: null,
  });

  it.each([
    ["subprocess.Popen", { module: "subprocess", class_name: "Popen", config: { args: ["id"] } }],
    ["builtins.exec", { module: "builtins", class_name: "function", config: "exec" }],
    [
      "keras.src.utils.file_utils.get_file",
      { module: "keras.src.utils.file_utils", class_name: "function", config: "get_file" },
    ],
    [
      "keras.config.enable_unsafe_deserialization",
      { module: "keras.config", class_name: "function", config: "enable_unsafe_deserialization" },
    ],
  ])("%s is dangerous", async (global, named) => {
    expect(await keras(dense(named))).toEqual([
      expect.stringContaining(`error dense: The configuration of dense names ${global}`),
    ]);
    expect(await keras(named)).toEqual([expect.stringContaining(`names ${global}`)]);
  });

  it("activations, policies and own layers are not", async () => {
    expect(await keras(dense({ module: "keras.src.activations", class_name: "function", config: "relu" }))).toEqual([]);
    expect(await keras(dense({ module: "keras", class_name: "DTypePolicy", config: { name: "float32" } }))).toEqual([]);
    expect(
      await keras({ module: "own.layers", class_name: "Attention", config: {}, registered_name: "own>A" }),
    ).toEqual([]);
  });
});

describe("what jsonpickle would import", () => {
  it.each([
    [{ "py/object": "subprocess.Popen", args: "id" }, "subprocess.Popen"],
    [{ model: { "py/function": "os.system" } }, "os.system"],
    [{ "py/reduce": [{ "py/type": "os.system" }, { "py/tuple": ["id"] }] }, "os.system"],
    [{ a: [{ "py/repr": "os/os.getcwd()" }] }, "os/os.getcwd()"],
  ])("%j is dangerous", async (value, name) => {
    expect(safety(await json(value))).toEqual([expect.stringMatching(/^error /)]);
    expect(safety(await json(value))[0]).toContain(`names ${name}`);
  });

  it("classes of a library are not", async () => {
    expect(safety(await json({ "py/object": "sklearn.svm._classes.SVC", C: 1 }))).toEqual([]);
  });
});

describe("ways out of Jinja", () => {
  it.each([
    "{{ x['_' * 2 ~ 'globals' ~ '_' * 2] }}",
    "{{ x['%c%cclass%c%c' | format(95, 95, 95, 95)] }}",
    "{{ [x] | map(attribute='_' + '_class_' + '_') | list }}",
    "{{ lipsum }}",
    "{%- include '/etc/passwd' %}",
    "{% import 'x' as y %}",
  ])("%s", async (template) => {
    expect(safety(await json({ chat_template: template }))).toHaveLength(1);
  });

  it("are none of those that chats have", async () => {
    const chat =
      "{% set ns = namespace(found=false) %}{{ messages | map(attribute='content') | join('_') }}{{ tools[i] + '_' }}" +
      "{% for x in messages | selectattr('role', 'equalto', 'user') %}{{ x['content'] }}{% endfor %}";
    expect(safety(await json({ chat_template: chat }))).toEqual([]);
  });
});

describe("configurations in other files", () => {
  const metadata = (entries: Readonly<Record<string, string>>): Promise<Artifact> => {
    const header = utf8Bytes(
      JSON.stringify({ __metadata__: entries, w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }),
    );
    const file = new Uint8Array(8 + header.length + 4);
    new DataView(file.buffer).setUint32(0, header.length, true);
    file.set(header, 8);
    return openBytes(file, "m.safetensors");
  };

  it("safetensors: texts and templates of its metadata", async () => {
    expect(safety(await metadata({ config: JSON.stringify({ _target_: "os.system" }) }))).toEqual([
      expect.stringMatching(/^error .*config names os\.system/),
    ]);
    expect(safety(await metadata({ chat_template: ESCAPE }))).toHaveLength(1);
    expect(safety(await metadata({ config: JSON.stringify({ _target_: "torch.nn.Linear" }) }))).toEqual([]);
  });

  it("TensorFlow.js: layers that hold code, and what they name", async () => {
    const model = (layer: unknown): Promise<Artifact> =>
      openBytes(
        utf8Bytes(
          JSON.stringify({
            format: "layers-model",
            modelTopology: { model_config: { class_name: "Sequential", config: { name: "m", layers: [layer] } } },
            weightsManifest: [],
          }),
        ),
        "model.json",
      );
    const code = {
      class_name: "Lambda",
      config: { name: "l", function: ["4wE=", null, null], function_type: "lambda" },
    };
    expect(safety(await model(code))).toEqual([expect.stringContaining("warning l: The layer l holds compiled")]);
    const exec = { module: "builtins", class_name: "exec", config: { name: "l" } };
    expect(safety(await model(exec))).toEqual([expect.stringContaining("error l: The configuration of l names")]);
    expect(safety(await model({ class_name: "Dense", config: { name: "l", units: 1 } }))).toEqual([]);
  });
});

describe("what a layer of Keras loads, and what stands beside the layers", () => {
  const said = async (layer: unknown, more: object = {}): Promise<string[]> => {
    const value = { module: "keras", class_name: "Sequential", config: { name: "m", layers: [layer] }, ...more };
    return safety(
      await openBytes(
        forgeZip([
          { name: "config.json", content: utf8Bytes(JSON.stringify(value)) },
          { name: "metadata.json", content: utf8Bytes('{"keras_version":"3.8.0"}') },
        ]),
        "m.keras",
      ),
    );
  };
  const layer = (name: string, config: object): unknown => ({
    module: "keras.layers",
    class_name: name,
    config: { name: "l", ...config },
  });

  it("a SavedModel and a vocabulary by their names are told of, a vocabulary in the file is not", async () => {
    const reads = (file: string): unknown => [expect.stringContaining(`warning l: The layer l reads ${file} when`)];
    expect(await said(layer("TFSMLayer", { filepath: "//host/share/x" }))).toEqual(reads("//host/share/x"));
    expect(await said(layer("StringLookup", { vocabulary: "/etc/passwd" }))).toEqual(reads("/etc/passwd"));
    expect(await said(layer("TextVectorization", { vocabulary: "http://x/y" }))).toEqual(reads("http://x/y"));
    expect(await said(layer("StringLookup", { vocabulary: ["a", "b"] }))).toEqual([]);
  });

  it("a module of PyTorch is a pickle", async () => {
    expect(await said(layer("TorchModuleWrapper", { module: "gASVHQ==" }))).toEqual([
      expect.stringMatching(/^error l: .*TorchModuleWrapper/),
    ]);
  });

  it("how the model was compiled names what is called, too", async () => {
    const compiled = { compile_config: { loss: { module: "os", class_name: "system", config: {} } } };
    expect(await said(layer("Dense", { units: 1 }), compiled)).toEqual([expect.stringContaining("names os.system")]);
  });
});
