// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.Options;
import io.cardinal.image.PassOrder;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how image files are decoded and resized. */
final class DecodingOptions {
  @Option(
      names = "--exif",
      paramLabel = "WHAT",
      defaultValue = "off",
      description = {
        "auto: turn images as their EXIF orientation says; off: leave them as they are stored, as",
        "PyTorch's loaders do (default: ${DEFAULT-VALUE})"
      })
  String exif = "off";

  @Option(
      names = "--pillow",
      paramLabel = "VERSION",
      defaultValue = "13",
      description = {
        "resize with the bytes of that Pillow: 12 stands for all before 13, which differ in the",
        "last bit of some tall images (default: ${DEFAULT-VALUE})"
      })
  String pillow = "13";

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "largest image decoded, width times height (default: 50 million)")
  @Nullable Long maxPixels;

  @Option(
      names = "--max-decode-bytes",
      paramLabel = "N",
      description = {
        "memory for images that are decoded at once; one that takes more is decoded alone (default:",
        "half of Java's heap and a quarter of the memory besides)"
      })
  @Nullable Long maxDecodeBytes;

  /** The options, changed as was said; {@link UsageException} for a value that there is not. */
  Options applyTo(Options options) {
    Options changed =
        options
            .withExifOrientation(oneOf("--exif", exif, "auto", "off").equals("auto"))
            .withPassOrder(
                oneOf("--pillow", pillow, "12", "13").equals("12")
                    ? PassOrder.PILLOW_12
                    : PassOrder.PILLOW_13);
    changed = with("--max-pixels", maxPixels, changed, Options::withMaxPixels);
    return with("--max-decode-bytes", maxDecodeBytes, changed, Options::withMaxDecodeBytes);
  }

  private static Options with(
      String option,
      @Nullable Long value,
      Options options,
      BiFunction<Options, Long, Options> with) {
    try {
      return value == null ? options : with.apply(options, value);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage(), e);
    }
  }

  private static String oneOf(String option, String value, String first, String second) {
    if (!value.equals(first) && !value.equals(second)) {
      throw new UsageException(option + " takes " + first + " or " + second + ", not " + value);
    }
    return value;
  }
}
