// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.Resampler.Span;
import java.util.Objects;

/**
 * Resize, crop and normalise: a picture of any size to the input of a model, with the bytes that
 * Pillow 13 under torchvision or timm gives, and the float32 bits of their tensors; those of Pillow
 * 12 and older {@linkplain #withPassOrder on request}.
 *
 * <p>The picture is resized in 8 bits, padded where it is smaller than the crop, cropped in the
 * middle, then normalised: {@code (byte / 255 - mean) / std} in float32. Only the samples that the
 * crop needs are computed; what is taken besides the answer is in proportion to the picture at
 * most.
 *
 * <p>Instances are immutable and may be used from any number of threads at once; each keeps up to 4
 * MiB of filter weights.
 */
public final class Preprocessor {
  private static final byte[] BLACK = {0, 0, 0};

  private final Interpolation interpolation;
  private final Resize resize;
  private final Extent crop;
  private final byte[] fill;
  private final Normalisation normalisation;
  private final PassOrder order;
  private final Resampler resampler;

  private Preprocessor(
      Interpolation interpolation,
      Resize resize,
      Extent crop,
      byte[] fill,
      Normalisation normalisation,
      PassOrder order) {
    this.interpolation = Objects.requireNonNull(interpolation);
    this.resize = Objects.requireNonNull(resize);
    this.crop = crop;
    this.fill = fill;
    this.normalisation = normalisation;
    this.order = Objects.requireNonNull(order);
    resampler = new Resampler(interpolation, order);
    if (crop.height() < 1
        || crop.width() < 1
        || crop.height() > Resize.MAX_SIDE
        || crop.width() > Resize.MAX_SIDE) {
      throw new IllegalArgumentException(
          "the input's sides must be from 1 to " + Resize.MAX_SIDE + ", are " + crop);
    }
  }

  /**
   * A resize, then a centre crop with black padding, as torchvision's presets do it.
   *
   * @param interpolation the filter of the resize
   * @param resize how the picture is resized
   * @param height rows of the crop; for {@link Resize.Exact} without a crop its own height
   * @param width pixels a row, likewise
   * @param mean of R, G, B for bytes scaled to 0..1
   * @param std likewise, above 0
   * @return the preprocessor
   */
  public static Preprocessor torchvision(
      Interpolation interpolation,
      Resize resize,
      int height,
      int width,
      float[] mean,
      float[] std) {
    return new Preprocessor(
        interpolation,
        resize,
        new Extent(height, width),
        BLACK,
        new Normalisation(mean, std),
        PassOrder.PILLOW_13);
  }

  /**
   * The evaluation transform of timm's {@code create_transform}.
   *
   * @param interpolation the filter of the resize
   * @param height rows of the model's input
   * @param width pixels a row
   * @param cropFraction {@code crop_pct}: the part of the resized picture that is kept, above 0, at
   *     most 1; the picture is resized to {@code floor(side / cropFraction)}
   * @param mode what happens to pictures of another shape
   * @param mean of R, G, B for bytes scaled to 0..1
   * @param std likewise, above 0
   * @return the preprocessor
   */
  public static Preprocessor timm(
      Interpolation interpolation,
      int height,
      int width,
      double cropFraction,
      CropMode mode,
      float[] mean,
      float[] std) {
    if (!(cropFraction > 0 && cropFraction <= 1)) {
      throw new IllegalArgumentException(
          "the crop fraction must be above 0 and at most 1, is " + cropFraction);
    }
    Resize resize =
        timmResize(
            (int) Math.floor(height / cropFraction), (int) Math.floor(width / cropFraction), mode);
    return new Preprocessor(
        interpolation,
        resize,
        new Extent(height, width),
        mode == CropMode.BORDER ? colour(mean) : BLACK,
        new Normalisation(mean, std),
        PassOrder.PILLOW_13);
  }

  /**
   * The same preprocessor with the other order of the two passes of a resize.
   *
   * @param passOrder that of the Pillow whose bytes are wanted; {@link PassOrder#PILLOW_13} unless
   *     told otherwise
   * @return a copy with that order
   */
  public Preprocessor withPassOrder(PassOrder passOrder) {
    return new Preprocessor(interpolation, resize, crop, fill, normalisation, passOrder);
  }

  /** The mean times 255, a half to the even neighbour: what timm pads borders with. */
  private static byte[] colour(float[] mean) {
    byte[] colour = new byte[mean.length];
    for (int c = 0; c < colour.length; c++) {
      colour[c] = (byte) Math.max(0, Math.min(255, Math.rint(255.0 * mean[c])));
    }
    return colour;
  }

  private static Resize timmResize(int height, int width, CropMode mode) {
    return switch (mode) {
      case SQUASH -> new Resize.Exact(height, width);
      case BORDER -> new Resize.Fit(height, width);
      case CENTER ->
          height == width ? new Resize.ShortSide(height) : new Resize.Cover(height, width);
    };
  }

  /** {@return the filter of the resize} */
  public Interpolation interpolation() {
    return interpolation;
  }

  /** {@return which Pillow's order of the passes the resize follows} */
  public PassOrder passOrder() {
    return order;
  }

  /** {@return how a picture is resized before it is cropped} */
  public Resize resize() {
    return resize;
  }

  /** {@return rows of the model's input} */
  public int outputHeight() {
    return crop.height();
  }

  /** {@return pixels a row of the model's input} */
  public int outputWidth() {
    return crop.width();
  }

  /** {@return floats of one input: {@code outputHeight * outputWidth * 3}} */
  public int outputLength() {
    return crop.height() * crop.width() * Pixels.CHANNELS;
  }

  /** {@return the means of R, G, B; a copy} */
  public float[] mean() {
    return normalisation.mean();
  }

  /** {@return the standard deviations of R, G, B; a copy} */
  public float[] std() {
    return normalisation.std();
  }

  /**
   * Resizes and crops.
   *
   * @param picture of any size
   * @return {@code outputHeight x outputWidth} pixels
   * @throws ImageException ({@code UNSUPPORTED}) if the picture is so long that a side would round
   *     to no pixel at all, or beyond what an int counts
   */
  public Pixels apply(Pixels picture) {
    Geometry plan = Geometry.of(new Extent(picture.height(), picture.width()), resize, crop);
    Span rows = visible(plan.top(), crop.height(), plan.scaled().height());
    Span columns = visible(plan.left(), crop.width(), plan.scaled().width());
    Window whole = new Window(0, 0, picture.height(), picture.width(), picture.rgb());
    Window part = resampler.resize(whole, plan.scaled(), rows, columns);
    if (part.height() == crop.height()
        && part.width() == crop.width()
        && part.top() == plan.top()
        && part.left() == plan.left()
        && part.rgb() != picture.rgb()) {
      return new Pixels(crop.width(), crop.height(), part.rgb());
    }
    return paste(part, rows, columns, plan);
  }

  /**
   * How much memory {@link #apply} takes besides the picture: an upper bound.
   *
   * @param width pixels a row of the picture
   * @param height rows of it
   * @return bytes of Java's heap; a few where it is refused
   */
  public long resizingBytes(int width, int height) {
    long answers = 2L * outputLength();
    try {
      Geometry plan = Geometry.of(new Extent(height, width), resize, crop);
      Span rows = visible(plan.top(), crop.height(), plan.scaled().height());
      Span columns = visible(plan.left(), crop.width(), plan.scaled().width());
      return answers
          + resampler.firstPassBytes(new Extent(height, width), plan.scaled(), rows, columns);
    } catch (ImageException e) {
      return answers;
    }
  }

  /**
   * Normalises a picture that {@link #apply} made.
   *
   * @param pixels {@code outputHeight x outputWidth} pixels
   * @param out where the floats go: rows, pixels, channels (HWC), so that pictures behind each
   *     other make NHWC
   * @param offset the index of the first one
   * @throws IllegalArgumentException if the picture has another size
   * @throws IndexOutOfBoundsException if {@code out} is too short
   */
  public void normalise(Pixels pixels, float[] out, int offset) {
    if (pixels.width() != crop.width() || pixels.height() != crop.height()) {
      throw new IllegalArgumentException("expected " + crop + " pixels, found " + pixels);
    }
    Objects.checkFromIndexSize(offset, outputLength(), out.length);
    normalisation.apply(pixels.rgb(), out, offset);
  }

  /**
   * Resizes, crops and normalises.
   *
   * @param picture of any size
   * @return {@code 1 x outputHeight x outputWidth x 3} floats (NHWC)
   * @throws ImageException as {@link #apply}
   */
  public float[] tensor(Pixels picture) {
    float[] out = new float[outputLength()];
    normalise(apply(picture), out, 0);
    return out;
  }

  @Override
  public String toString() {
    String passes = order == PassOrder.PILLOW_13 ? "" : ", passes of " + order;
    return interpolation + " " + resize + ", crop " + crop + passes + ", " + normalisation;
  }

  /** The rows or columns of the resized picture that the crop shows. */
  private static Span visible(int offset, int crop, int scaled) {
    return new Span(Math.max(offset, 0), (int) Math.min((long) offset + crop, scaled));
  }

  private Pixels paste(Window part, Span rows, Span columns, Geometry plan) {
    byte[] rgb = new byte[outputLength()];
    if (fill[0] != 0) {
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = fill[i % Pixels.CHANNELS];
      }
    }
    for (int y = rows.start(); y < rows.end(); y++) {
      int target = ((y - plan.top()) * crop.width() + columns.start() - plan.left());
      System.arraycopy(
          part.rgb(),
          part.index(y, columns.start()),
          rgb,
          target * Pixels.CHANNELS,
          columns.length() * Pixels.CHANNELS);
    }
    return new Pixels(crop.width(), crop.height(), rgb);
  }
}
