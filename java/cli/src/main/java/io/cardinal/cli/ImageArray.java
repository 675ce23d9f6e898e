// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.spec.ResNeXtSpec;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images in an array file, brought to our layout. */
final class ImageArray {
  private final int batch;
  private final int height;
  private final int width;
  private final float[] nhwc;

  private ImageArray(int batch, int height, int width, float[] nhwc) {
    this.batch = batch;
    this.height = height;
    this.width = width;
    this.nhwc = nhwc;
  }

  /**
   * Reads images, [N, 3, H, W] or [N, H, W, 3], or one without N.
   *
   * @param layout {@code nchw} or {@code nhwc}, or null to see it by the shape
   */
  static ImageArray read(Path file, @Nullable String layout) {
    NpyFile array = NpyFile.read(file);
    List<Integer> shape = array.shape();
    boolean isChannelsFirst = isChannelsFirst(file, shape, layout);
    int offset = shape.size() - 3;
    int batch = offset == 1 ? shape.get(0) : 1;
    int height = shape.get(offset + (isChannelsFirst ? 1 : 0));
    int width = shape.get(offset + (isChannelsFirst ? 2 : 1));
    float[] nhwc =
        isChannelsFirst ? toChannelsLast(array.values(), batch, height * width) : array.values();
    return new ImageArray(batch, height, width, nhwc);
  }

  int batch() {
    return batch;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** The values, NHWC; not a copy. */
  float[] nhwc() {
    return nhwc;
  }

  private static boolean isChannelsFirst(Path file, List<Integer> shape, @Nullable String layout) {
    if (layout != null && !layout.equals("nchw") && !layout.equals("nhwc")) {
      throw new UsageException("--layout takes nchw or nhwc, not " + layout);
    }
    int rank = shape.size();
    boolean isPossible = (rank == 3 || rank == 4) && shape.stream().allMatch(d -> d > 0);
    boolean hasFirst = isPossible && shape.get(rank - 3) == ResNeXtSpec.INPUT_CHANNELS;
    boolean hasLast = isPossible && shape.get(rank - 1) == ResNeXtSpec.INPUT_CHANNELS;
    if (hasFirst && hasLast && layout == null) {
      throw new UsageException(
          file + " of shape " + shape + " may be either way round; give --layout nchw or nhwc");
    }
    boolean isFirst = layout == null ? hasFirst : layout.equals("nchw");
    if (isFirst ? !hasFirst : !hasLast) {
      throw new UsageException(
          file
              + " holds no images: expected [N, 3, H, W] or [N, H, W, 3], or one without N, found "
              + shape);
    }
    return isFirst;
  }

  private static float[] toChannelsLast(float[] nchw, int batch, int pixels) {
    int channels = ResNeXtSpec.INPUT_CHANNELS;
    float[] nhwc = new float[nchw.length];
    for (int n = 0; n < batch; n++) {
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < pixels; p++) {
          nhwc[(n * pixels + p) * channels + c] = nchw[(n * channels + c) * pixels + p];
        }
      }
    }
    return nhwc;
  }
}
