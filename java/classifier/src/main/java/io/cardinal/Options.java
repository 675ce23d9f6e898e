// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.EngineOptions;
import io.cardinal.image.ImageDecoder;

/**
 * How a classifier runs. Immutable; {@code with...} methods give changed copies.
 *
 * @param engine how the network runs
 * @param maxFileBytes largest image file that is read
 * @param maxPixels largest image that is decoded; checked from the header, before decoding
 */
public record Options(EngineOptions engine, long maxFileBytes, long maxPixels) {
  public Options {
    ImageDecoder.standard().withMaxBytes(maxFileBytes).withMaxPixels(maxPixels);
  }

  /** One worker on each physical core given: the most images a second. */
  public static Options throughput() {
    return new Options(
        EngineOptions.defaults(), ImageDecoder.DEFAULT_MAX_BYTES, ImageDecoder.DEFAULT_MAX_PIXELS);
  }

  /** A copy whose network runs otherwise. */
  public Options withEngine(EngineOptions other) {
    return new Options(other, maxFileBytes, maxPixels);
  }

  /** A copy with another number of workers. */
  public Options withWorkers(int count) {
    return withEngine(engine.withWorkers(count));
  }

  /** A copy with another largest batch. */
  public Options withMaxBatch(int images) {
    return withEngine(engine.withMaxBatch(images));
  }

  /** A copy that reads larger or smaller files. */
  public Options withMaxFileBytes(long bytes) {
    return new Options(engine, bytes, maxPixels);
  }

  /** A copy that decodes larger or smaller images. */
  public Options withMaxPixels(long pixels) {
    return new Options(engine, maxFileBytes, pixels);
  }

  ImageDecoder decoder() {
    return ImageDecoder.standard().withMaxBytes(maxFileBytes).withMaxPixels(maxPixels);
  }
}
