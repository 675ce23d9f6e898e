// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.map;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.weights.read.OtherTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the architecture off the shapes of a state dict in torchvision's layout, and checks every
 * tensor against it.
 */
public final class ArchitectureReader {
  private static final Pattern BLOCK_KEY =
      Pattern.compile("layer([1-9]\\d{0,2})\\.(\\d{1,4})\\.\\w+\\d\\..*");
  private static final Pattern COUNTER = Pattern.compile("(.*\\.)?num_batches_tracked|n_averaged");

  /** Tensors that no warning can excuse: they would change every answer. */
  private static final Pattern CHANGES_ANSWERS =
      Pattern.compile(
          "(conv1|layer\\d+\\.\\d+\\.conv\\d|.*\\.downsample\\.\\d+)\\.bias|.*\\.downsample\\..*");

  private final String file;
  private final StateDict stateDict;

  private ArchitectureReader(String file, StateDict stateDict) {
    this.file = file;
    this.stateDict = stateDict;
  }

  /**
   * What a state dict is.
   *
   * @param name the architecture's name, or a description such as {@code resnext29_8x4d}
   * @param spec the network
   * @param parameters its tensors in the order of PyTorch's state dict
   * @param extras keys of tensors that the network has no use for
   */
  public record Result(
      String name, ResNeXtSpec spec, Map<String, Tensor> parameters, List<String> extras) {
    public Result {
      extras = List.copyOf(extras);
    }
  }

  /**
   * Reads a state dict.
   *
   * @param file the checkpoint's name, for messages
   * @param epsilon of the batch normalisations, which no tensor tells
   * @throws ModelException if it is not a plain ResNeXt or bottleneck ResNet, whole and consistent
   */
  public static Result read(String file, StateDict stateDict, double epsilon) {
    return new ArchitectureReader(file, stateDict).read(epsilon);
  }

  /** A description of a network that has no name. */
  public static String name(ResNeXtSpec spec) {
    return Architectures.matching(spec)
        .map(Architecture::name)
        .orElseGet(
            () ->
                (spec.cardinality() == 1 ? "resnet" : "resnext")
                    + spec.depth()
                    + "_"
                    + spec.cardinality()
                    + "x"
                    + spec.baseWidth()
                    + "d");
  }

  private Result read(double epsilon) {
    Families.refuseOthers(file, stateDict.tensors());
    ResNeXtSpec spec = spec(epsilon);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    ResNeXt.parameterShapes(spec).forEach((key, shape) -> parameters.put(key, checked(key, shape)));
    List<String> extras = new ArrayList<>();
    for (String key : stateDict.tensors().keySet()) {
      if (!parameters.containsKey(key) && !COUNTER.matcher(key).matches()) {
        refuseIfItMatters(key);
        extras.add(key);
      }
    }
    stateDict.others().keySet().stream()
        .filter(key -> !COUNTER.matcher(key).matches())
        .forEach(extras::add);
    return new Result(name(spec), spec, parameters, extras);
  }

  private void refuseIfItMatters(String key) {
    Tensor tensor = stateDict.tensors().get(key);
    if (tensor != null && CHANGES_ANSWERS.matcher(key).matches()) {
      throw new ModelException(
          Reason.UNSUPPORTED_VARIANT,
          file + " has a part that a plain ResNeXt has not",
          "no tensor " + key,
          "shape " + tensor.shape(),
          "");
    }
  }

  private ResNeXtSpec spec(double epsilon) {
    List<Integer> blocks = blocks();
    List<Integer> stem = shape("conv1.weight", 4);
    List<Integer> reduce = shape("layer1.0.conv1.weight", 4);
    List<Integer> grouped = shape("layer1.0.conv2.weight", 4);
    List<Integer> restore = shape("layer1.0.conv3.weight", 4);
    int classes = shape("fc.weight", 2).get(0);
    int width = reduce.get(0);
    int perGroup = grouped.get(1);
    if (perGroup < 1 || width % perGroup != 0) {
      throw new ModelException(
          Reason.WRONG_SHAPE,
          file + ": tensor layer1.0.conv2.weight does not fit layer1.0.conv1.weight",
          "a second dimension that divides " + width,
          grouped.toString(),
          "");
    }
    try {
      return new ResNeXtSpec(
          blocks,
          width / perGroup,
          perGroup,
          stem(stem, blocks.size()),
          stem.get(0),
          restore.get(0),
          classes,
          epsilon);
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          Reason.UNSUPPORTED_VARIANT,
          file + " has a shape beyond the limits",
          "",
          String.valueOf(e.getMessage()),
          "",
          e);
    }
  }

  /** Blocks of each stage: the highest number counts, so that a gap shows as missing tensors. */
  private List<Integer> blocks() {
    List<Integer> blocks = new ArrayList<>();
    for (String key : stateDict.tensors().keySet()) {
      Matcher matcher = BLOCK_KEY.matcher(key);
      if (matcher.matches()) {
        int stage = Integer.parseInt(matcher.group(1));
        int block = Integer.parseInt(matcher.group(2));
        while (blocks.size() < stage) {
          blocks.add(1);
        }
        blocks.set(stage - 1, Math.max(blocks.get(stage - 1), block + 1));
      }
    }
    return blocks;
  }

  private Stem stem(List<Integer> shape, int stages) {
    boolean isSquare = shape.get(2).equals(shape.get(3));
    if (shape.get(1) == ResNeXtSpec.INPUT_CHANNELS && isSquare) {
      if (shape.get(2) == 7) {
        return Stem.CONV7X7_POOL;
      } else if (shape.get(2) == 3 && stages <= 3) {
        return Stem.CONV3X3;
      }
    }
    throw new ModelException(
        Reason.UNSUPPORTED_VARIANT,
        file + " has a stem that is not supported (conv1.weight)",
        "[channels, 3, 7, 7], or [channels, 3, 3, 3] with at most three stages",
        shape + " with " + stages + " stages",
        "");
  }

  private List<Integer> shape(String key, int rank) {
    Tensor tensor = stateDict.tensors().get(key);
    if (tensor == null) {
      throw missing(key, rank + " dimensions");
    }
    if (tensor.shape().size() != rank || tensor.shape().contains(0)) {
      throw wrong(key, rank + " dimensions, none of them 0", tensor.shape());
    }
    return tensor.shape();
  }

  private Tensor checked(String key, List<Integer> shape) {
    Tensor tensor = stateDict.tensors().get(key);
    if (tensor == null) {
      throw missing(key, "shape " + shape);
    }
    if (!tensor.shape().equals(shape)) {
      throw wrong(key, "shape " + shape, tensor.shape());
    }
    return tensor;
  }

  private ModelException missing(String key, String expected) {
    OtherTensor other = stateDict.others().get(key);
    if (other != null) {
      return new ModelException(
          Reason.UNSUPPORTED_VARIANT,
          file + ": tensor " + key + " has a type that no parameter can have",
          "floating-point numbers",
          other.type(),
          "save the network before quantisation");
    }
    return new ModelException(
        Reason.MISSING_TENSOR,
        file + " has no tensor " + key,
        expected,
        "nothing of that name among " + stateDict.tensors().size() + " tensors",
        key.startsWith("fc.") ? "a network without its classifier gives no answers" : "");
  }

  private ModelException wrong(String key, String expected, List<Integer> found) {
    return new ModelException(
        Reason.WRONG_SHAPE,
        file + ": tensor " + key + " does not fit the network",
        expected,
        found.toString(),
        "");
  }
}
