// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every architecture that has a name: the rows of the ResNeXt paper (arXiv 1611.05431) and their
 * relatives in torchvision and timm. Errors are percentages from the table named beside them.
 */
public final class Architectures {
  private static final List<Architecture> ALL = new ArrayList<>();

  // spotless:off
  static {
    //         name              conv2 conv3 conv4 conv5    C    d
    imagenet("resnet50",             3,  4,  6,  3,         1,  64, top(23.9), "Table 3");
    imagenet("resnext50_2x40d",      3,  4,  6,  3,         2,  40, top(23.0), "Table 3");
    imagenet("resnext50_4x24d",      3,  4,  6,  3,         4,  24, top(22.6), "Table 3");
    imagenet("resnext50_8x14d",      3,  4,  6,  3,         8,  14, top(22.3), "Table 3");
    imagenet("resnext50_32x4d",      3,  4,  6,  3,        32,   4, top(22.2), "Table 3");
    imagenet("resnet101",            3,  4, 23,  3,         1,  64, top(22.0, 6.0), "Tables 3, 4");
    imagenet("resnext101_2x40d",     3,  4, 23,  3,         2,  40, top(21.7), "Table 3");
    imagenet("resnext101_4x24d",     3,  4, 23,  3,         4,  24, top(21.4), "Table 3");
    imagenet("resnext101_8x14d",     3,  4, 23,  3,         8,  14, top(21.3), "Table 3");
    imagenet("resnext101_32x4d",     3,  4, 23,  3,        32,   4, top(21.2, 5.6), "Tables 3, 4");
    imagenet("resnext101_2x64d",     3,  4, 23,  3,         2,  64, top(20.7, 5.5), "Table 4");
    imagenet("resnet101_1x100d",     3,  4, 23,  3,         1, 100, top(21.3, 5.7), "Table 4");
    imagenet("resnext101_64x4d",     3,  4, 23,  3,        64,   4, top(20.4, 5.3), "Tables 4, 5");
    imagenet("resnext101_32x8d",     3,  4, 23,  3,        32,   8, Map.of(), "");
    imagenet("resnext101_32x16d",    3,  4, 23,  3,        32,  16, Map.of(), "");
    imagenet("resnext101_32x32d",    3,  4, 23,  3,        32,  32, Map.of(), "");
    imagenet("resnext101_32x48d",    3,  4, 23,  3,        32,  48, Map.of(), "");
    imagenet("resnet152",            3,  8, 36,  3,         1,  64, Map.of(), "");
    imagenet("resnext152_32x4d",     3,  8, 36,  3,        32,   4, Map.of(), "");
    imagenet("resnet200",            3, 24, 36,  3,         1,  64, top(21.7, 5.8), "Table 4 (pre-activation blocks there)");
    imagenet("resnext26_32x4d",      2,  2,  2,  2,        32,   4, Map.of(), "");
    imagenet("wide_resnet50_2",      3,  4,  6,  3,         1, 128, Map.of(), "");
    imagenet("wide_resnet101_2",     3,  4, 23,  3,         1, 128, Map.of(), "");
    cifar("cifar_resnext29_8x64d",   3,  3,  3,             8,  64, 256, Map.of("cifar10", 3.65, "cifar100", 17.77));
    cifar("cifar_resnext29_16x64d",  3,  3,  3,            16,  64, 256, Map.of("cifar10", 3.58, "cifar100", 17.31));
    cifar("cifar_resnext29_8x4d",    3,  3,  3,             8,   4, 128, Map.of());
  }
  // spotless:on

  private Architectures() {}

  /** {@return all of them, in the order of the paper, relatives after} */
  public static List<Architecture> all() {
    return List.copyOf(ALL);
  }

  /**
   * {@return the architecture of that name, if there is one}
   *
   * @param name such as {@code resnext50_32x4d}
   */
  public static Optional<Architecture> named(String name) {
    return ALL.stream().filter(a -> a.name().equals(name)).findFirst();
  }

  /**
   * {@return the architecture with that network, whatever its classes and epsilon, if there is one}
   *
   * @param spec a network
   */
  public static Optional<Architecture> matching(ResNeXtSpec spec) {
    return ALL.stream().filter(a -> sameShape(a.spec(), spec)).findFirst();
  }

  private static boolean sameShape(ResNeXtSpec a, ResNeXtSpec b) {
    return a.blocks().equals(b.blocks())
        && a.cardinality() == b.cardinality()
        && a.baseWidth() == b.baseWidth()
        && a.stem() == b.stem()
        && a.stemChannels() == b.stemChannels()
        && a.firstOutput() == b.firstOutput();
  }

  private static void imagenet(
      String name,
      int conv2,
      int conv3,
      int conv4,
      int conv5,
      int cardinality,
      int width,
      Map<String, Double> errors,
      String source) {
    ResNeXtSpec spec =
        new ResNeXtSpec(
            List.of(conv2, conv3, conv4, conv5),
            cardinality,
            width,
            Stem.CONV7X7_POOL,
            64,
            256,
            1000,
            ResNeXtSpec.DEFAULT_EPSILON);
    ALL.add(new Architecture(name, spec, 224, errors, source));
  }

  private static void cifar(
      String name,
      int conv2,
      int conv3,
      int conv4,
      int cardinality,
      int width,
      int firstOutput,
      Map<String, Double> errors) {
    ResNeXtSpec spec =
        new ResNeXtSpec(
            List.of(conv2, conv3, conv4),
            cardinality,
            width,
            Stem.CONV3X3,
            64,
            firstOutput,
            10,
            ResNeXtSpec.DEFAULT_EPSILON);
    String source =
        errors.isEmpty()
            ? ""
            : "Table 7 (pre-activation blocks there; the authors later preferred post-activation)";
    ALL.add(new Architecture(name, spec, 32, errors, source));
  }

  private static Map<String, Double> top(double top1) {
    return Map.of("top1", top1);
  }

  private static Map<String, Double> top(double top1, double top5) {
    return Map.of("top1", top1, "top5", top5);
  }
}
