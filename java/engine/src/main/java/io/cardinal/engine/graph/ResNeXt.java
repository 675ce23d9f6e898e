// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.graph.GraphBuilder.ParameterSource;
import io.cardinal.engine.graph.GraphBuilder.Value;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stage;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.DataType;
import io.cardinal.engine.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The network of the paper's Table 1: a stem, stages of bottleneck blocks, a classifier. Shortcuts
 * are of type B, the stride sits on the 3x3 convolution. Node names are torchvision's keys.
 */
public final class ResNeXt {
  private ResNeXt() {}

  /**
   * The graph of a network.
   *
   * @param spec the network
   * @param source gives each parameter
   * @return the graph, before any pass
   */
  public static Graph build(ResNeXtSpec spec, ParameterSource source) {
    GraphBuilder graph = new GraphBuilder(source);
    Value x = stem(graph.input("image", ResNeXtSpec.INPUT_CHANNELS), spec);
    for (Stage stage : spec.stages()) { // the width doubles whenever the map is halved
      for (int i = 0; i < stage.blocks(); i++) {
        x = bottleneck(x, stage.key(i), stage, i == 0 ? stage.stride() : 1, spec.epsilon());
      }
    }
    return graph.output(x.globalAveragePool("avgpool").linear("fc", spec.classes()));
  }

  /**
   * {@return the graph of a network with these tensors; one missing or misshapen is a
   * ModelException}
   *
   * @param spec the network
   * @param tensors by torchvision's key
   */
  public static Graph build(ResNeXtSpec spec, Map<String, Tensor> tensors) {
    return build(spec, (key, shape) -> stored(key, shape, tensors));
  }

  /**
   * {@return the graph of a network without parameters' values: to count and to print, not to run}
   *
   * @param spec the network
   */
  public static Graph describe(ResNeXtSpec spec) {
    return build(spec, (key, shape) -> new StoredParameter(key, new ShapeOnly(shape)));
  }

  /**
   * {@return the key and shape of every parameter, in the order of PyTorch's state dict}
   *
   * @param spec the network
   */
  public static Map<String, List<Integer>> parameterShapes(ResNeXtSpec spec) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    build(
        spec,
        (key, shape) -> {
          shapes.put(key, shape);
          return new StoredParameter(key, new ShapeOnly(shape));
        });
    return Collections.unmodifiableMap(shapes);
  }

  /**
   * {@return the number of trained parameters, as papers count them: weights, biases, scale and
   * shift of batch normalisation, not its running statistics}
   *
   * @param spec the network
   */
  public static long parameterCount(ResNeXtSpec spec) {
    return parameterShapes(spec).entrySet().stream()
        .filter(entry -> !entry.getKey().contains(".running_"))
        .mapToLong(
            entry ->
                entry.getValue().stream()
                    .mapToLong(Integer::longValue)
                    .reduce(1, Math::multiplyExact))
        .sum();
  }

  private static Value stem(Value image, ResNeXtSpec spec) {
    int stride = spec.stem() == Stem.CONV7X7_POOL ? 2 : 1;
    Value x =
        image
            .convolution("conv1", spec.stemChannels(), spec.stem().kernel(), stride, 1)
            .batchNorm("bn1", spec.epsilon())
            .relu();
    return spec.stem() == Stem.CONV7X7_POOL ? x.maxPool("maxpool", 3, 2, 1) : x;
  }

  /** Figure 3(c): 1x1 reduce, 3x3 in C groups, 1x1 restore, add the shortcut. */
  private static Value bottleneck(Value x, String key, Stage stage, int stride, double epsilon) {
    Value y =
        x.convolution(key + ".conv1", stage.width(), 1, 1, 1)
            .batchNorm(key + ".bn1", epsilon)
            .relu()
            .convolution(key + ".conv2", stage.width(), 3, stride, stage.cardinality())
            .batchNorm(key + ".bn2", epsilon)
            .relu()
            .convolution(key + ".conv3", stage.output(), 1, 1, 1)
            .batchNorm(key + ".bn3", epsilon);
    Value shortcut =
        x.channels() == stage.output() && stride == 1
            ? x
            : x.convolution(key + ".downsample.0", stage.output(), 1, stride, 1)
                .batchNorm(key + ".downsample.1", epsilon);
    return y.add(key, shortcut).relu();
  }

  private static Parameter stored(String key, List<Integer> shape, Map<String, Tensor> tensors) {
    Tensor tensor = tensors.get(key);
    if (tensor == null) {
      throw new ModelException(
          Reason.MISSING_TENSOR,
          "tensor " + key + " is not there",
          shape.toString(),
          "nothing",
          "");
    }
    if (!tensor.shape().equals(shape)) {
      throw new ModelException(
          Reason.WRONG_SHAPE,
          "tensor " + key + " has the wrong shape",
          shape.toString(),
          tensor.shape().toString(),
          "");
    }
    return new StoredParameter(key, tensor);
  }

  /** A tensor of which only the shape is known. */
  private record ShapeOnly(List<Integer> shape) implements Tensor {
    @Override
    public DataType type() {
      return DataType.F32;
    }

    @Override
    public void read(long first, double[] into, int count) {
      throw new UnsupportedOperationException("this tensor has a shape, but no elements");
    }
  }
}
