// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How an image becomes the network's input, as a model file states it: resize in 8 bits, crop, then
 * {@code (byte / 255 - mean) / std}.
 *
 * <p>With {@code resize}, torchvision's rule holds: the short side becomes that many pixels, then
 * the centre is cropped. Without it timm's holds: the size to resize to is {@code floor(input /
 * cropPct)}, and {@code cropMode} says how.
 *
 * @param height rows of the network's input
 * @param width columns of the network's input
 * @param resize the short side before the crop, or empty to follow {@code cropPct}
 * @param cropPct the share of the resized image that the crop keeps; above 0, at most 1
 * @param cropMode how resizing and cropping go together
 * @param interpolation the resampling filter
 * @param mean of each channel, red first, on the scale 0 to 1
 * @param std standard deviation of each channel on the same scale; positive
 */
public record Preprocessing(
    int height,
    int width,
    OptionalInt resize,
    double cropPct,
    CropMode cropMode,
    Interpolation interpolation,
    List<Float> mean,
    List<Float> std) {
  /** Largest side of an input and of a resized image, in pixels. */
  public static final int MAX_SIDE = 16_384;

  /** The mean of the ImageNet training set, as torchvision's and timm's defaults state it. */
  public static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);

  /** The standard deviation that goes with {@link #IMAGENET_MEAN}. */
  public static final List<Float> IMAGENET_STD = List.of(0.229f, 0.224f, 0.225f);

  /** How resizing and cropping go together; the names are timm's. */
  public enum CropMode {
    /** Keep the aspect ratio, fill the size, cut the middle out. */
    CENTER,
    /** Resize both sides to the size, whatever the aspect ratio. */
    SQUASH,
    /** Keep the aspect ratio, fit inside the size, pad with the mean colour. */
    BORDER
  }

  /** The resampling filter, antialiased as Pillow's. */
  public enum Interpolation {
    /** Triangle filter. */
    BILINEAR,
    /** Cubic convolution with a = -0.5. */
    BICUBIC
  }

  /**
   * Refuses values out of range, with an {@link IllegalArgumentException}.
   *
   * @param height rows of the network's input
   * @param width columns of the network's input
   * @param resize the short side before the crop, or empty to follow {@code cropPct}
   * @param cropPct the share of the resized image that the crop keeps; above 0, at most 1
   * @param cropMode how resizing and cropping go together
   * @param interpolation the resampling filter
   * @param mean of each channel, red first, on the scale 0 to 1
   * @param std standard deviation of each channel on the same scale; positive
   */
  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    side("input height", height);
    side("input width", width);
    if (resize.isPresent()) {
      side("resize", resize.getAsInt());
    }
    if (!(cropPct > 0 && cropPct <= 1)) {
      throw new IllegalArgumentException("crop-pct must be above 0 and at most 1, not " + cropPct);
    }
    side("resized height", (long) Math.floor(height / cropPct));
    side("resized width", (long) Math.floor(width / cropPct));
    if (resize.isPresent() && cropMode != CropMode.CENTER) {
      throw new IllegalArgumentException("resize goes with crop-mode center only");
    }
    channels("mean", mean);
    channels("std", std);
    for (float deviation : std) {
      if (!(deviation > 0)) {
        throw new IllegalArgumentException("std must be positive, not " + deviation);
      }
    }
  }

  /**
   * {@return torchvision's first presets: short side 256, crop 224, bilinear, ImageNet statistics}
   */
  public static Preprocessing torchvision() {
    return new Preprocessing(
        224,
        224,
        OptionalInt.of(256),
        0.875,
        CropMode.CENTER,
        Interpolation.BILINEAR,
        IMAGENET_MEAN,
        IMAGENET_STD);
  }

  /**
   * {@return the same as a model file states it: fields by their names there, in order, each a
   * number, a text, or a list of numbers}
   */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("input_size", List.of(ResNeXtSpec.INPUT_CHANNELS, height, width));
    resize.ifPresent(side -> fields.put("resize", side));
    fields.put("crop_pct", cropPct);
    fields.put("crop_mode", cropMode.name().toLowerCase(Locale.ROOT));
    fields.put("interpolation", interpolation.name().toLowerCase(Locale.ROOT));
    fields.put("mean", mean);
    fields.put("std", std);
    return fields;
  }

  private static void side(String what, long value) {
    if (value < 1 || value > MAX_SIDE) {
      throw new IllegalArgumentException(
          what + " must be 1 to " + MAX_SIDE + " pixels, not " + value);
    }
  }

  private static void channels(String what, List<Float> values) {
    if (values.size() != ResNeXtSpec.INPUT_CHANNELS
        || !values.stream().allMatch(v -> Float.isFinite(v))) {
      throw new IllegalArgumentException(what + " must be three finite numbers, not " + values);
    }
  }
}
