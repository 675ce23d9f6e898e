// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.onnx;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Parameters.Role;
import io.cardinal.engine.spec.ResNeXtSpec;
import java.util.ArrayList;
import java.util.List;

/** A graph, compiled or not, as ONNX's GraphProto. What is fused into a convolution comes apart. */
final class OnnxGraph {
  private static final String INPUT = "images";
  private static final String OUTPUT = "logits";
  private static final int FLOAT = 1;
  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_INTS = 7;

  private final Graph graph;
  private final Message message = new Message();
  private final List<Parameter> weights = new ArrayList<>();

  OnnxGraph(Graph graph) {
    this.graph = graph;
  }

  /** The whole graph, for images of the definition's usual size. */
  Message write(ModelDefinition definition) {
    graph.nodes().forEach(this::add);
    message.text(2, definition.name());
    weights.forEach(weight -> message.message(5, tensor(weight)));
    int height = definition.preprocessing().height();
    int width = definition.preprocessing().width();
    return message
        .message(11, value(INPUT, ResNeXtSpec.INPUT_CHANNELS, height, width))
        .message(12, value(OUTPUT, definition.spec().classes()));
  }

  private void add(Node node) {
    Op op = node.op();
    String output = value(node.name());
    List<String> inputs = new ArrayList<>(node.inputs().stream().map(this::value).toList());
    if (op instanceof Op.Convolution convolution) {
      addConvolution(node, convolution, inputs, output);
    } else if (op instanceof Op.BatchNorm norm) {
      for (Role role : List.of(Role.WEIGHT, Role.BIAS, Role.MEAN, Role.VARIANCE)) {
        inputs.add(weight(node.parameters().get(role)));
      }
      add("BatchNormalization", node.name(), inputs, output, real("epsilon", norm.epsilon()));
    } else if (op instanceof Op.Relu) {
      add("Relu", node.name(), inputs, output);
    } else if (op instanceof Op.Add) {
      add("Add", node.name(), inputs, output);
    } else if (op instanceof Op.MaxPool pool) {
      Message[] window = window(pool.kernel(), pool.stride(), pool.padding());
      add("MaxPool", node.name(), inputs, output, window);
    } else if (op instanceof Op.GlobalAveragePool) {
      add("GlobalAveragePool", node.name(), inputs, output);
    } else if (op instanceof Op.Linear) {
      String vector = node.name() + ".vector";
      add("Flatten", vector, inputs, vector);
      inputs = new ArrayList<>(List.of(vector));
      inputs.addAll(weightAndBias(node.parameters()));
      add("Gemm", node.name(), inputs, output, number("transB", 1));
    } else if (!(op instanceof Op.Input)) {
      throw new IllegalArgumentException("no ResNeXt has a " + op);
    }
  }

  /** A convolution, then one node each for the residual and the ReLU in it. */
  private void addConvolution(
      Node node, Op.Convolution op, List<String> inputs, String lastOutput) {
    String output = op.hasResidual() || op.hasRelu() ? node.name() + ".convolution" : lastOutput;
    List<String> given = new ArrayList<>(inputs.subList(0, 1));
    given.addAll(weightAndBias(node.parameters()));
    Message[] window = window(op.kernel(), op.stride(), op.padding(), number("group", op.groups()));
    add("Conv", node.name(), given, output, window);
    if (op.hasResidual()) {
      String sum = op.hasRelu() ? node.name() + ".sum" : lastOutput;
      add("Add", node.name() + ".sum", List.of(output, inputs.get(1)), sum);
      output = sum;
    }
    if (op.hasRelu()) {
      add("Relu", node.name() + ".relu", List.of(output), lastOutput);
    }
  }

  private void add(
      String type, String name, List<String> inputs, String output, Message... attributes) {
    Message node = new Message();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, name).text(4, type);
    for (Message attribute : attributes) {
      node.message(5, attribute);
    }
    message.message(1, node);
  }

  /** What a node's value is called. */
  private String value(String node) {
    if (node.equals(graph.output())) {
      return OUTPUT;
    }
    return node.equals(graph.nodes().get(0).name()) ? INPUT : node;
  }

  private List<String> weightAndBias(Parameters parameters) {
    List<String> names = new ArrayList<>(List.of(weight(parameters.weight())));
    parameters.bias().ifPresent(bias -> names.add(weight(bias)));
    return names;
  }

  private String weight(Parameter parameter) {
    weights.add(parameter);
    return parameter.key();
  }

  private static Message tensor(Parameter parameter) {
    Message tensor = new Message();
    parameter.shape().forEach(dimension -> tensor.number(1, dimension));
    return tensor.number(2, FLOAT).text(8, parameter.key()).floats(9, parameter);
  }

  /** A value of the outside: its type is a tensor of N times these dimensions. */
  private static Message value(String name, int... dimensions) {
    Message shape = new Message().message(1, new Message().text(2, "N"));
    for (int dimension : dimensions) {
      shape.message(1, new Message().number(1, dimension));
    }
    Message tensor = new Message().number(1, FLOAT).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  private static Message[] window(int kernel, int stride, int padding, Message... more) {
    List<Message> attributes = new ArrayList<>();
    attributes.add(numbers("kernel_shape", kernel, kernel));
    attributes.add(numbers("strides", stride, stride));
    attributes.add(numbers("pads", padding, padding, padding, padding));
    attributes.addAll(List.of(more));
    return attributes.toArray(Message[]::new);
  }

  private static Message number(String name, int value) {
    return new Message().text(1, name).number(3, value).number(20, ATTRIBUTE_INT);
  }

  private static Message numbers(String name, int... values) {
    Message attribute = new Message().text(1, name);
    for (int value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, ATTRIBUTE_INTS);
  }

  private static Message real(String name, double value) {
    return new Message().text(1, name).real(2, (float) value).number(20, ATTRIBUTE_FLOAT);
  }
}
