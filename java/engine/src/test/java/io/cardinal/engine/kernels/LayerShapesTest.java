// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import io.cardinal.testing.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * N1, N2: oneDNN on every layer shape of the networks that matter, at full size, against sums in
 * double: on small integers, whose sums floats hold exactly, to the last bit; on other values to
 * 1e-5.
 *
 * <p>Layers of up to 60 million multiply-adds, all grouped 3x3 convolutions of ResNeXt-50 and -101
 * among them, are compared output by output; larger ones at their corners and at random pixels, in
 * all channels.
 */
@Row("N1, N2 (layers)")
class LayerShapesTest {
  private static final long WHOLE = 60_000_000;
  private static final long SAMPLE = 12_000_000;
  private static final int FEWEST_PIXELS = 8;
  private static final double TOLERANCE = 1e-5;

  static List<Layer> layers() {
    Map<List<Object>, Layer> distinct = new LinkedHashMap<>();
    for (String name :
        List.of(
            "resnext50_32x4d",
            "resnext101_32x8d",
            "cifar_resnext29_8x64d",
            "cifar_resnext29_16x64d",
            "cifar_resnext29_8x4d")) {
      for (Layer layer : Layer.of(name, name.equals("cifar_resnext29_8x4d") ? 2 : 1)) {
        distinct.putIfAbsent(List.of(layer.input(), layer.op()), layer);
      }
    }
    return List.copyOf(distinct.values());
  }

  static List<Layer> smallMaps() {
    List<Layer> small = new ArrayList<>();
    for (Layer layer : Layer.of("resnext50_32x4d", 1)) {
      int side = Math.min(layer.input().height(), 4);
      Shape input = new Shape(1, side, Math.max(1, side - 1), layer.input().channels());
      small.add(new Layer(layer.name() + ", as " + input, input, layer.op()));
    }
    return small;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void shouldBeExactOnIntegers(Layer layer) {
    SplittableRandom random = new SplittableRandom(layer.name().hashCode());
    new Comparison(layer, () -> random.nextInt(-4, 5), 0).run();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void shouldBeCloseOnOtherValues(Layer layer) {
    SplittableRandom random = new SplittableRandom(layer.name().hashCode());
    new Comparison(layer, () -> (float) (2 * random.nextDouble() - 1), TOLERANCE).run();
  }

  /** The oracle above is the reference, to the last bit. */
  @ParameterizedTest
  @MethodSource("smallMaps")
  void shouldJudgeAsTheReferenceDoes(Layer layer) {
    SplittableRandom random = new SplittableRandom(layer.name().hashCode());
    new Comparison(layer, () -> (float) (2 * random.nextDouble() - 1), 0).runReference();
  }

  /** One layer with its data. */
  private static final class Comparison {
    private final Layer layer;
    private final double tolerance;
    private final float[] input;
    private final float[] residual;
    private final double[] weights;
    private final double[] bias;
    private final int[] pixels;
    private final double[] sums;

    Comparison(Layer layer, DoubleSupplier values, double tolerance) {
      this.layer = layer;
      this.tolerance = tolerance;
      this.input = floats(layer.input().elements(), values);
      this.residual = floats(layer.output().elements(), values);
      this.weights = doubles((long) layer.op().outputs() * layer.window(), values);
      this.bias = doubles(layer.op().outputs(), values);
      this.pixels = pixels();
      this.sums = sums();
    }

    void run() {
      compare("onednn");
    }

    void runReference() {
      assertThat(pixels).hasSize(pixelCount());
      compare("reference");
    }

    private void compare(String kernels) {
      try (LayerRunner runner = new LayerRunner(kernels, 1, layer, weights, bias)) {
        for (boolean hasRelu : new boolean[] {false, true}) {
          for (boolean hasBias : new boolean[] {false, true}) {
            for (boolean hasResidual : new boolean[] {false, true}) {
              float[] found = runner.run(hasBias, hasRelu, input, hasResidual ? residual : null);
              String form = "bias " + hasBias + ", ReLU " + hasRelu + ", sum " + hasResidual;
              judge(found, hasBias, hasRelu, hasResidual, form);
            }
          }
        }
      }
    }

    private void judge(
        float[] found, boolean hasBias, boolean hasRelu, boolean hasResidual, String form) {
      int channels = layer.op().outputs();
      double largest = 0;
      double difference = 0;
      for (int p = 0; p < pixels.length; p++) {
        for (int o = 0; o < channels; o++) {
          int at = pixels[p] * channels + o;
          double expected = (hasBias ? bias[o] : 0) + sums[p * channels + o];
          expected += hasResidual ? residual[at] : 0;
          expected = hasRelu ? Math.max(expected, 0) : expected;
          expected = tolerance == 0 ? (float) expected : expected;
          largest = Math.max(largest, Math.abs(expected));
          difference = Math.max(difference, Math.abs(found[at] - expected));
        }
      }
      assertThat(largest).as(form).isPositive();
      assertThat(difference / largest).as(form).isLessThanOrEqualTo(tolerance);
    }

    private int pixelCount() {
      Shape out = layer.output();
      return out.batch() * out.height() * out.width();
    }

    private int[] pixels() {
      int all = pixelCount();
      Op.Convolution op = layer.op();
      if (layer.multiplyAdds() <= WHOLE) {
        return IntStream.range(0, all).toArray();
      }
      assertThat(op.groups()).as("grouped layers of ImageNet networks are whole").isNotEqualTo(32);
      long each = (long) op.outputs() * layer.window();
      long count = Math.min(all, Math.max(FEWEST_PIXELS, SAMPLE / each));
      int width = layer.output().width();
      TreeSet<Integer> chosen =
          new TreeSet<>(List.of(0, width - 1, all - width, all - 1)); // the corners
      SplittableRandom random = new SplittableRandom(all);
      while (chosen.size() < count) {
        chosen.add(random.nextInt(all));
      }
      return chosen.stream().mapToInt(Integer::intValue).toArray();
    }

    private double[] sums() {
      LayerOracle oracle = new LayerOracle(layer, input, weights);
      Shape out = layer.output();
      double[] all = new double[pixels.length * out.channels()];
      for (int p = 0; p < pixels.length; p++) {
        int n = pixels[p] / (out.height() * out.width());
        int y = pixels[p] / out.width() % out.height();
        int x = pixels[p] % out.width();
        oracle.sums(n, y, x, all, p * out.channels());
      }
      return all;
    }

    private static float[] floats(long count, DoubleSupplier values) {
      float[] all = new float[(int) count];
      for (int i = 0; i < all.length; i++) {
        all[i] = (float) values.getAsDouble();
      }
      return all;
    }

    private static double[] doubles(long count, DoubleSupplier values) {
      double[] all = new double[(int) count];
      for (int i = 0; i < all.length; i++) {
        all[i] = values.getAsDouble();
      }
      return all;
    }
  }
}
