// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.tensor;

import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.spec.ResNeXtSpec;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Parameters that follow from their names by a formula: full-size networks without stored weights,
 * for tests and timing. Nothing is held in memory.
 *
 * <p>Element i of a tensor comes from {@code u[i]}, a SplitMix64 sequence started from the FNV-1a
 * hash of its key and the seed, exact in [0, 1) with 24 bits; scales keep activations of all
 * networks of ordinary size. Convolutions tie odd input channels to even ones, so that filters are
 * nearly blind to the common mean and different images give different answers. The values are
 * float32.
 */
public final class FormulaTensors {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final double UNIT = 0x1p-24;
  private static final Pattern LAST_NORM_OF_BLOCK =
      Pattern.compile(".*(\\.bn3|\\.conv3_1x1\\.bn)\\.weight");

  private FormulaTensors() {}

  /**
   * {@return every parameter of a network, by torchvision's key}
   *
   * @param spec the network
   * @param seed another seed, other values
   */
  public static Map<String, Tensor> of(ResNeXtSpec spec, long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    ResNeXt.parameterShapes(spec)
        .forEach((key, shape) -> tensors.put(key, new FormulaTensor(key, shape, seed)));
    return Collections.unmodifiableMap(tensors);
  }

  /** One tensor of the formula; the key and the shape say which values it has. */
  static Tensor of(String key, List<Integer> shape, long seed) {
    return new FormulaTensor(key, shape, seed);
  }

  /**
   * The image number {@code index}, NHWC with batch 1; values lie in [-2, 2).
   *
   * @param index which image; it starts the sequence as the key {@code input:index}
   * @param size rows and columns
   * @return [1, size, size, 3] row by row
   */
  public static float[] image(int index, int size) {
    long fine = start("input:" + index, 0);
    long patches = start("input:" + index + ":patches", 0);
    long quadrants = start("input:" + index + ":quadrants", 0);
    float[] image = new float[size * size * 3];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double f = unit(fine, (c * size + y) * size + x);
          double p = unit(patches, (c * 8 + y * 8 / size) * 8 + x * 8 / size);
          double q = unit(quadrants, (c * 2 + y * 2 / size) * 2 + x * 2 / size);
          image[(y * size + x) * 3 + c] = (float) (2 * q + p + f - 2);
        }
      }
    }
    return image;
  }

  static long hash(String text) {
    long h = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    return h;
  }

  static long start(String key, long seed) {
    return mix(hash(key) + seed * GOLDEN_GAMMA);
  }

  static double unit(long start, long index) {
    return (mix(start + (index + 1) * GOLDEN_GAMMA) >>> 40) * UNIT;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** What a tensor is for, which says what becomes of u. */
  private enum Role {
    MEAN,
    VARIANCE,
    BIAS,
    NORM_SCALE,
    LAST_NORM_SCALE,
    WEIGHT;

    static Role of(String key, List<Integer> shape) {
      if (key.endsWith("running_mean")) {
        return MEAN;
      } else if (key.endsWith("running_var")) {
        return VARIANCE;
      } else if (key.endsWith("bias")) {
        return BIAS;
      } else if (shape.size() > 1) {
        return WEIGHT;
      }
      return LAST_NORM_OF_BLOCK.matcher(key).matches() ? LAST_NORM_SCALE : NORM_SCALE;
    }
  }

  /** One tensor of the formula. */
  private static final class FormulaTensor implements Tensor {
    private final List<Integer> shape;
    private final Role role;
    private final long start;
    private final int secondDimension;
    private final int plane;
    private final double scale;

    FormulaTensor(String key, List<Integer> shape, long seed) {
      this.shape = List.copyOf(shape);
      this.role = Role.of(key, shape);
      this.start = start(key, seed);
      int fanIn = 1;
      for (int dimension : shape.subList(1, shape.size())) {
        fanIn *= dimension;
      }
      this.secondDimension = shape.size() > 1 ? shape.get(1) : 1;
      this.plane = fanIn / secondDimension;
      this.scale = Math.sqrt(6.0 / fanIn);
    }

    @Override
    public DataType type() {
      return DataType.F32;
    }

    @Override
    public List<Integer> shape() {
      return shape;
    }

    @Override
    public void read(long first, double[] into, int count) {
      if (role == Role.WEIGHT) {
        readWeights(first, into, count);
      } else {
        for (int i = 0; i < count; i++) {
          into[i] = (float) vectorValue(unit(start, first + i));
        }
      }
    }

    private double vectorValue(double u) {
      return switch (role) {
        case MEAN -> (2 * u - 1) * 0.2;
        case BIAS -> (2 * u - 1) * 0.1;
        case LAST_NORM_SCALE -> 0.2 + 0.2 * u;
        default -> 0.5 + u;
      };
    }

    /** Plane by plane, since networks have tens of millions of these. */
    private void readWeights(long first, double[] into, int count) {
      int place = (int) (first % plane);
      int channel = (int) (first / plane % secondDimension);
      for (int done = 0; done < count; ) {
        long index = first + done;
        int length = Math.min(count - done, plane - place);
        int planes = 1;
        if (channel % 2 == 1) {
          for (int i = 0; i < length; i++) {
            double tied = 2 * unit(start, index + i - plane) - 1;
            double s = 0.4 * (2 * unit(start, index + i) - 1) - 0.9 * tied;
            into[done + i] = (float) (s * scale);
          }
        } else if (channel + 1 < secondDimension && 2 * plane <= count - done && place == 0) {
          planes = 2; // the number that both need is worked out once
          for (int i = 0; i < plane; i++) {
            double tied = 2 * unit(start, index + i) - 1;
            double s = 0.4 * (2 * unit(start, index + i + plane) - 1) - 0.9 * tied;
            into[done + i] = (float) (tied * scale);
            into[done + i + plane] = (float) (s * scale);
          }
        } else {
          for (int i = 0; i < length; i++) {
            into[done + i] = (float) ((2 * unit(start, index + i) - 1) * scale);
          }
        }
        done += planes * length;
        place = 0;
        channel += planes;
        channel = channel < secondDimension ? channel : 0;
      }
    }
  }
}
