// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.weights.ImportOptions;
import io.cardinal.weights.LabelFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how images become the network's input, and what its classes are called. */
final class PreprocessingOptions {
  @Option(
      names = "--input-size",
      paramLabel = "SIZE",
      description = "input of the network in pixels: N, or HEIGHTxWIDTH")
  @Nullable String inputSize;

  @Option(
      names = "--resize",
      paramLabel = "N",
      description = "short side before the crop, as torchvision's presets state it")
  @Nullable Integer resize;

  @Option(
      names = "--crop-pct",
      paramLabel = "SHARE",
      description = "share of the resized image that the crop keeps, as timm states it")
  @Nullable Double cropPct;

  @Option(
      names = "--crop-mode",
      paramLabel = "MODE",
      converter = CropModeConverter.class,
      description = "center, squash or border")
  @Nullable CropMode cropMode;

  @Option(
      names = "--interpolation",
      paramLabel = "FILTER",
      converter = InterpolationConverter.class,
      description = "bilinear or bicubic")
  @Nullable Interpolation interpolation;

  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      split = ",",
      hideParamSyntax = true,
      description = "channel means, on the scale 0 to 1")
  @Nullable List<Float> mean;

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      split = ",",
      hideParamSyntax = true,
      description = "channel standard deviations, on the scale 0 to 1")
  @Nullable List<Float> std;

  @Option(
      names = {"--labels", "--class-map"},
      paramLabel = "FILE",
      description = "names of the classes, one a line, UTF-8")
  @Nullable Path labels;

  /** What was said, as options of an import. */
  ImportOptions toImportOptions() {
    ImportOptions options = ImportOptions.DEFAULT;
    if (inputSize != null) {
      Matcher size = Pattern.compile("(\\d{1,5})(?:x(\\d{1,5}))?").matcher(inputSize);
      if (!size.matches()) {
        throw new UsageException("--input-size takes N or HEIGHTxWIDTH, not " + inputSize);
      }
      int height = Integer.parseInt(size.group(1));
      int width = size.group(2) == null ? height : Integer.parseInt(size.group(2));
      options = options.withInputSize(height, width);
    }
    options = resize == null ? options : options.withResize(resize);
    options = cropPct == null ? options : options.withCropPct(cropPct);
    options = cropMode == null ? options : options.withCropMode(cropMode);
    options = interpolation == null ? options : options.withInterpolation(interpolation);
    options = mean == null ? options : options.withMean(three("--mean", mean));
    options = std == null ? options : options.withStd(three("--std", std));
    return labels == null ? options : options.withLabels(LabelFile.read(labels));
  }

  /** Whether anything was said about the input; labels are another matter. */
  boolean isGiven() {
    return inputSize != null
        || resize != null
        || cropPct != null
        || cropMode != null
        || interpolation != null
        || mean != null
        || std != null;
  }

  private static List<Float> three(String option, List<Float> values) {
    if (values.size() != ResNeXtSpec.INPUT_CHANNELS) {
      throw new UsageException(option + " takes three numbers, not " + values.size());
    }
    return new ArrayList<>(values);
  }

  /** Reads a crop mode. */
  static final class CropModeConverter implements ITypeConverter<CropMode> {
    @Override
    public CropMode convert(String value) {
      return constant(value, CropMode.values());
    }
  }

  /** Reads a filter. */
  static final class InterpolationConverter implements ITypeConverter<Interpolation> {
    @Override
    public Interpolation convert(String value) {
      return constant(value, Interpolation.values());
    }
  }

  private static <E extends Enum<E>> E constant(String value, E[] constants) {
    for (E each : constants) {
      if (each.name().toLowerCase(Locale.ROOT).equals(value)) {
        return each;
      }
    }
    throw new TypeConversionException(
        "expected one of "
            + List.of(constants).toString().toLowerCase(Locale.ROOT)
            + ", not '"
            + value
            + "'");
  }
}
