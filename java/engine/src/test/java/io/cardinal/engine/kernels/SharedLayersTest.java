// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters.Role;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.KernelHarness.Tensor4;
import io.cardinal.engine.kernels.KernelHarness.Values;
import io.cardinal.engine.kernels.KernelHarness.Way;
import io.cardinal.testing.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * oneDNN's layers on several threads: layers of real networks to the bit as on one thread, which
 * {@link LayerShapesTest} judges; small ones of any shape, on integers, exactly as the reference.
 */
class SharedLayersTest {
  private static final int SMALL_LAYERS = Scale.of(300, 10_000);

  static List<Layer> layers() {
    Map<List<Object>, Layer> distinct = new LinkedHashMap<>();
    for (String name :
        List.of(
            "resnext50_32x4d",
            "cifar_resnext29_8x64d",
            "cifar_resnext29_16x64d",
            "cifar_resnext29_8x4d")) {
      for (int batch : name.equals("cifar_resnext29_8x4d") ? new int[] {1, 3} : new int[] {1}) {
        for (Layer layer : Layer.of(name, batch)) {
          distinct.putIfAbsent(List.of(layer.input(), layer.op()), layer);
        }
      }
    }
    return List.copyOf(distinct.values());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void shouldGiveTheBitsOfOneThreadFromTheSameKernel(Layer layer) {
    SplittableRandom random = new SplittableRandom(layer.name().hashCode());
    float[] input = floats(layer.input().elements(), random);
    float[] residual = floats(layer.output().elements(), random);
    double[] weights = doubles((long) layer.op().outputs() * layer.window(), random);
    double[] bias = doubles(layer.op().outputs(), random);
    try (LayerRunner one = new LayerRunner("onednn", 1, layer, weights, bias)) {
      float[] bare = one.run(false, false, input, null);
      float[] full = one.run(true, true, input, residual);
      for (int threads : new int[] {2, 3, 4}) {
        try (LayerRunner team = new LayerRunner("onednn", threads, layer, weights, bias)) {
          assertThat(team.run(false, false, input, null)).as("%d", threads).isEqualTo(bare);
          assertThat(team.run(true, true, input, residual)).as("%d", threads).isEqualTo(full);
          String suffix = team.implementation().substring(one.implementation().length());
          assertThat(team.implementation()).isEqualTo(one.implementation() + suffix);
          assertThat(suffix).isIn(suffixes(layer, threads));
        }
      }
    }
  }

  /** Ten classes of a single image are fewer than cache lines for two threads. */
  private static List<String> suffixes(Layer layer, int threads) {
    boolean isTiny = layer.op().outputs() < 16 * threads && layer.output().elements() < 16;
    return isTiny ? List.of(" on one thread") : List.of(" by rows", " by channels");
  }

  /** {@code -Dcardinal.seed=SEED} makes the same layers again. */
  @Test
  void shouldComputeLayersOfAnyShapeWithAnyNumberOfThreads() {
    Random random = new Random(Scale.seed(SharedLayersTest.class));
    List<String> failed = new ArrayList<>();
    for (int i = 0; i < SMALL_LAYERS; i++) {
      Op op = operation(random);
      Shape input = input(op, random);
      Way way = new Way("onednn", 2 + random.nextInt(7));
      if (!isExact(op, input, way, random)) {
        failed.add(way + " on " + op + " of " + input);
      }
    }
    assertThat(failed).isEmpty();
  }

  private static Op operation(Random random) {
    int kernel = 1 + random.nextInt(3);
    int stride = 1 + random.nextInt(2);
    int padding = random.nextInt(kernel);
    int groups = random.nextBoolean() ? 1 : 1 + random.nextInt(8);
    int outputs = groups * (1 + random.nextInt(60));
    return switch (random.nextInt(8)) {
      case 0 -> new Op.MaxPool(kernel, stride, padding);
      case 1 -> new Op.GlobalAveragePool();
      case 2 -> new Op.Linear(outputs);
      case 3 -> new Op.Relu();
      default ->
          new Op.Convolution(
              outputs, kernel, stride, padding, groups, random.nextBoolean(), random.nextBoolean());
    };
  }

  private static Shape input(Op op, Random random) {
    int batch = 1 + random.nextInt(4);
    int channels = 1 + random.nextInt(20);
    if (op instanceof Op.Linear) {
      return new Shape(batch, 1, 1, channels);
    } else if (op instanceof Op.GlobalAveragePool) {
      return new Shape(batch, 4, 2, channels); // whose means are no fractions but eighths
    }
    int groups = op instanceof Op.Convolution c ? c.groups() : 1;
    return new Shape(batch, 3 + random.nextInt(12), 3 + random.nextInt(6), groups * channels);
  }

  private static boolean isExact(Op op, Shape input, Way way, Random random) {
    List<Tensor4> inputs = new ArrayList<>(List.of(integers(input, random)));
    Map<Role, Parameter> parameters = Map.of();
    if (op instanceof Op.Convolution c) {
      int groupInputs = input.channels() / c.groups();
      parameters = parameters(List.of(c.outputs(), groupInputs, c.kernel(), c.kernel()), random);
      if (c.hasResidual()) {
        Op plain =
            Op.Convolution.plain(c.outputs(), c.kernel(), c.stride(), c.padding(), c.groups());
        inputs.add(integers(plain.infer(List.of(input)), random));
      }
    } else if (op instanceof Op.Linear l) {
      parameters = parameters(List.of(l.outputs(), input.channels()), random);
    }
    Tensor4[] given = inputs.toArray(Tensor4[]::new);
    double[] expected = KernelHarness.run(new Way("reference", 1), op, parameters, given);
    double[] found = KernelHarness.run(way, op, parameters, given);
    return Arrays.equals(withoutNegativeZeros(found), withoutNegativeZeros(expected));
  }

  /** Some ReLUs give them. */
  private static double[] withoutNegativeZeros(double[] values) {
    return Arrays.stream(values).map(value -> value + 0.0).toArray();
  }

  private static Map<Role, Parameter> parameters(List<Integer> shape, Random random) {
    int elements = shape.stream().reduce(1, (a, b) -> a * b);
    return Map.of(
        Role.WEIGHT,
        new Values("weight", shape, integers(elements, random)),
        Role.BIAS,
        new Values("bias", List.of(shape.get(0)), integers(shape.get(0), random)));
  }

  private static Tensor4 integers(Shape shape, Random random) {
    return new Tensor4(shape, integers(shape.elements(), random));
  }

  private static double[] integers(long count, Random random) {
    return random.ints(count, -4, 5).asDoubleStream().toArray();
  }

  private static double[] doubles(long count, SplittableRandom random) {
    double[] all = new double[(int) count];
    for (int i = 0; i < all.length; i++) {
      all[i] = 2 * random.nextDouble() - 1;
    }
    return all;
  }

  private static float[] floats(long count, SplittableRandom random) {
    float[] all = new float[(int) count];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) (2 * random.nextDouble() - 1);
    }
    return all;
  }
}
