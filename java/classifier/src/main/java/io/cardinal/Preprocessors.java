// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.image.CropMode;
import io.cardinal.image.Interpolation;
import io.cardinal.image.Preprocessor;
import io.cardinal.image.Resize;
import java.util.List;

/** Makes what a model file states into what the image module does. */
final class Preprocessors {
  private Preprocessors() {}

  static Preprocessor of(Preprocessing stated) {
    Interpolation filter =
        switch (stated.interpolation()) {
          case BILINEAR -> Interpolation.BILINEAR;
          case BICUBIC -> Interpolation.BICUBIC;
        };
    float[] mean = floats(stated.mean());
    float[] std = floats(stated.std());
    if (stated.resize().isPresent()) {
      Resize resize = new Resize.ShortSide(stated.resize().getAsInt());
      return Preprocessor.torchvision(filter, resize, stated.height(), stated.width(), mean, std);
    }
    CropMode mode =
        switch (stated.cropMode()) {
          case CENTER -> CropMode.CENTER;
          case SQUASH -> CropMode.SQUASH;
          case BORDER -> CropMode.BORDER;
        };
    return Preprocessor.timm(
        filter, stated.height(), stated.width(), stated.cropPct(), mode, mean, std);
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
