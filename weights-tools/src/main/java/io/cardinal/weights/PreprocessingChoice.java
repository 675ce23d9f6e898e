// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.weights.map.TimmConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Chooses the preprocessing: what the user says, else config.json, else the usual one. */
final class PreprocessingChoice {
  private static final double DEFAULT_CROP_PCT = 0.875;

  private PreprocessingChoice() {}

  /** The usual preprocessing of a network: torchvision's, or CIFAR's for 32-pixel networks. */
  static Preprocessing usual(Stem stem) {
    return stem == Stem.CONV7X7_POOL
        ? Preprocessing.torchvision()
        : new Preprocessing(
            32,
            32,
            OptionalInt.empty(),
            1.0,
            CropMode.CENTER,
            Interpolation.BILINEAR,
            List.of(0.4914f, 0.4822f, 0.4465f),
            List.of(0.2470f, 0.2435f, 0.2616f));
  }

  static Preprocessing choose(
      String file,
      ResNeXtSpec spec,
      Optional<TimmConfig> config,
      ImportOptions options,
      List<String> warnings) {
    Preprocessing base =
        config.isPresent() ? read(file, config.get(), options) : usual(spec.stem());
    if (config.isEmpty() && spec.stem() == Stem.CONV3X3 && options.mean().isEmpty()) {
      warnings.add(
          "no config.json beside it: 32 pixels and the channel statistics of CIFAR-10 are assumed");
    }
    return change(base, options);
  }

  /** A preprocessing with what the user says in place of what it states. */
  static Preprocessing change(Preprocessing base, ImportOptions options) {
    boolean hasSize = options.inputHeight().isPresent() && options.inputWidth().isPresent();
    boolean isSizedAnew = hasSize || options.cropPct().isPresent();
    boolean isCentered = options.cropMode().orElse(base.cropMode()) == CropMode.CENTER;
    OptionalInt inherited =
        isSizedAnew || !isCentered ? OptionalInt.empty() : base.resize(); // timm's rule then
    return new Preprocessing(
        hasSize ? options.inputHeight().getAsInt() : base.height(),
        hasSize ? options.inputWidth().getAsInt() : base.width(),
        options.resize().isPresent() ? options.resize() : inherited,
        options.cropPct().orElse(base.cropPct()),
        options.cropMode().orElse(base.cropMode()),
        options.interpolation().orElse(base.interpolation()),
        options.mean().isEmpty() ? base.mean() : options.mean(),
        options.std().isEmpty() ? base.std() : options.std());
  }

  private static Preprocessing read(String file, TimmConfig config, ImportOptions options) {
    List<Float> size = config.three("input_size");
    if (!size.isEmpty() && size.get(0) != ResNeXtSpec.INPUT_CHANNELS) {
      throw new ModelException(
          Reason.UNSUPPORTED_VARIANT,
          file + " takes images that are not RGB",
          "input_size [3, height, width]",
          size.toString(),
          "");
    }
    Double cropPct = config.number("crop_pct");
    List<Float> mean = config.three("mean");
    List<Float> std = config.three("std");
    try {
      return new Preprocessing(
          size.isEmpty() ? 224 : size.get(1).intValue(),
          size.isEmpty() ? 224 : size.get(2).intValue(),
          OptionalInt.empty(),
          cropPct == null ? DEFAULT_CROP_PCT : cropPct,
          options.cropMode().isPresent()
              ? CropMode.CENTER
              : constant(config, "crop_mode", CropMode.CENTER, CropMode.values()),
          options.interpolation().isPresent()
              ? Interpolation.BICUBIC
              : constant(config, "interpolation", Interpolation.BICUBIC, Interpolation.values()),
          mean.isEmpty() ? Preprocessing.IMAGENET_MEAN : mean,
          std.isEmpty() ? Preprocessing.IMAGENET_STD : std);
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          Reason.CORRUPT,
          TimmConfig.FILE + " beside " + file + " describes an impossible input",
          "",
          String.valueOf(e.getMessage()),
          "correct it, or move it away",
          e);
    }
  }

  private static <T extends Enum<T>> T constant(
      TimmConfig config, String field, T absent, T[] values) {
    String text = config.text(field);
    if (text.isEmpty()) {
      return absent;
    }
    for (T value : values) {
      if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
        return value;
      }
    }
    String option = "--" + field.replace('_', '-');
    throw new ModelException(
        Reason.UNSUPPORTED_VARIANT,
        TimmConfig.FILE + " asks for a " + field + " that is not supported",
        List.of(values).toString().toLowerCase(Locale.ROOT),
        text,
        "choose one with " + option);
  }
}
