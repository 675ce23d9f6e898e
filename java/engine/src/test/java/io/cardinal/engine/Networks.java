// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.FormulaTensors;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Networks and images for tests. */
public final class Networks {
  /** Four stages, all kinds of blocks, a few thousand parameters. */
  public static final ResNeXtSpec SMALL =
      new ResNeXtSpec(List.of(2, 1, 2, 1), 4, 4, Stem.CONV7X7_POOL, 16, 32, 10, 1e-5);

  private Networks() {}

  /** A network of the formula. */
  public static ModelDefinition formula(ResNeXtSpec spec, int size, long seed) {
    Preprocessing preprocessing =
        new Preprocessing(
            size,
            size,
            OptionalInt.empty(),
            0.875,
            CropMode.CENTER,
            Interpolation.BILINEAR,
            Preprocessing.IMAGENET_MEAN,
            Preprocessing.IMAGENET_STD);
    return new ModelDefinition(
        "formula",
        spec,
        preprocessing,
        ModelMetadata.unnamed(spec.classes()),
        "",
        FormulaTensors.of(spec, seed));
  }

  /** A named architecture with the formula's parameters of seed 0. */
  public static ModelDefinition named(String name) {
    var architecture = Architectures.named(name).orElseThrow();
    return formula(architecture.spec(), architecture.input(), 0);
  }

  /** Random images, NHWC, values in [-2, 2). */
  public static float[] images(int batch, int height, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] images = new float[batch * height * width * 3];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) (4 * random.nextDouble() - 2);
    }
    return images;
  }
}
