# SPDX-FileCopyrightText: The Cardinal authors
# SPDX-License-Identifier: Apache-2.0
"""One engine in a process of its own: benchmarks/rivals/run starts it.

    rival.py ENGINE MODEL.onnx IMAGES.npy LOGITS.npy THREADS SECONDS

It opens the network and compares its logits with those given. For each line read it runs for so
many seconds and prints a line of JSON, as `cardinal bench --turns` does: {"engine": "NAME VERSION",
"ms_per_image": {"median": ...}}, of two middle times the lower one. Float32, whatever else the
engine would choose.
"""

import json
import statistics
import sys
import time

import numpy

TOLERANCE = 1e-4  # largest difference over largest logit


def onnx_runtime(path, images, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return onnxruntime.__version__, lambda: session.run(["logits"], {"images": images})[0]


def openvino(path, images, threads):
    import openvino

    core = openvino.Core()
    model = core.read_model(path)
    model.reshape({"images": images.shape})
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
    }
    request = core.compile_model(model, "CPU", settings).create_infer_request()

    def run():
        request.infer({"images": images}, share_inputs=True)
        return request.get_output_tensor().data

    return openvino.__version__.split("-")[0], run


def torch_eager(path, images, threads):
    return pytorch(path, images, threads, lambda network: network)


def torch_inductor(path, images, threads):
    import torch
    import torch._inductor.config

    torch._inductor.config.freezing = True
    return pytorch(path, images, threads, torch.compile)


def pytorch(path, images, threads, compiled):
    import torch

    torch.set_num_threads(threads)
    network = compiled(torch_network(path).to(memory_format=torch.channels_last))
    batch = torch.from_numpy(images).to(memory_format=torch.channels_last)

    def run():
        with torch.no_grad():
            return network(batch).numpy()

    return torch.__version__.split("+")[0], run


def torch_network(path):
    """The exported network, which ONNX's own checker accepts, as a PyTorch module, layer by layer."""
    import onnx
    import torch

    class Add(torch.nn.Module):
        def forward(self, a, b):
            return a + b

    def convolution(attributes, weight, bias):
        layer = torch.nn.Conv2d(
            weight.shape[1] * attributes["group"],
            weight.shape[0],
            attributes["kernel_shape"],
            attributes["strides"],
            attributes["pads"][:2],
            groups=attributes["group"],
        )
        return with_parameters(layer, weight, bias)

    def linear(_, weight, bias):
        return with_parameters(torch.nn.Linear(weight.shape[1], weight.shape[0]), weight, bias)

    def with_parameters(layer, weight, bias):
        layer.weight = torch.nn.Parameter(weight, requires_grad=False)
        layer.bias = torch.nn.Parameter(bias, requires_grad=False)
        return layer

    def max_pool(attributes):
        return torch.nn.MaxPool2d(
            attributes["kernel_shape"], attributes["strides"], attributes["pads"][:2]
        )

    layers = {
        "Conv": convolution,
        "Gemm": linear,
        "MaxPool": max_pool,
        "Relu": lambda _: torch.nn.ReLU(inplace=True),
        "Add": lambda _: Add(),
        "GlobalAveragePool": lambda _: torch.nn.AdaptiveAvgPool2d(1),
        "Flatten": lambda _: torch.nn.Flatten(),
    }
    whole = onnx.load(path)
    onnx.checker.check_model(whole, full_check=True)
    model = whole.graph
    weights = {
        tensor.name: torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
        for tensor in model.initializer
    }
    root = torch.nn.Module()
    graph = torch.fx.Graph()
    values = {"images": graph.placeholder("images")}
    for node in model.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        given = [weights[name] for name in node.input if name in weights]
        name = f"layer{len(values)}"
        root.add_module(name, layers[node.op_type](attributes, *given))
        inputs = tuple(values[name] for name in node.input if name in values)
        values[node.output[0]] = graph.call_module(name, inputs)
    graph.output(values["logits"])
    return torch.fx.GraphModule(root, graph).eval()


ENGINES = {
    "onnxruntime": onnx_runtime,
    "openvino": openvino,
    "torch-eager": torch_eager,
    "torch-inductor": torch_inductor,
}


def main():
    engine, model, images, logits, threads, seconds = sys.argv[1:]
    images = numpy.load(images)
    version, run = ENGINES[engine](model, images, int(threads))
    expected = numpy.load(logits)
    difference = abs(run() - expected).max() / abs(expected).max()
    if not difference <= TOLERANCE:
        raise ValueError(f"its logits differ from Cardinal's by {difference:.1e} of the largest")
    for _ in sys.stdin:
        median = statistics.median_low(measure(run, float(seconds))) / len(images)
        report = {"engine": f"{engine} {version}", "ms_per_image": {"median": median}}
        print(json.dumps(report), flush=True)


def measure(run, seconds):
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        begin = time.perf_counter()
        run()
        times.append((time.perf_counter() - begin) * 1e3)
    return times


if __name__ == "__main__":
    main()
