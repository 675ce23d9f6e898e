// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.image.ImageDecoder;
import io.cardinal.image.PassOrder;
import io.cardinal.image.Preprocessor;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a classifier runs. Immutable; {@code with...} methods give changed copies.
 *
 * @param engine how the network runs
 * @param maxFileBytes largest image file that is read
 * @param maxPixels largest image that is decoded; checked from the header, before decoding
 * @param maxDecodeBytes most memory of images that are decoded at once, on Java's heap (at most
 *     half of it) and outside; one that takes more is decoded alone, if the process has so much. By
 *     default half of the heap and a quarter of the memory besides; above zero
 * @param exifOrientation whether pictures are turned as their EXIF says they are to be seen; not so
 *     by default, as PyTorch's loaders do
 * @param passOrder the Pillow whose resize is meant, to the bit
 * @param window how long a submitted image that is ready waits for others to share a batch with;
 *     zero for not at all; 0 to 1 minute
 * @param queue most submitted images that wait to be decoded; 1 to 1,000,000. Their bytes are held
 *     meanwhile
 * @param overflow what {@link Classifier#submit} does when the queue is full
 * @param deadline how long a submission may take before its future fails, unless the call says
 *     otherwise; above zero; empty for as long as it takes
 * @param metrics is told what the classifier does; empty for nobody
 */
public record Options(
    EngineOptions engine,
    long maxFileBytes,
    long maxPixels,
    long maxDecodeBytes,
    boolean exifOrientation,
    PassOrder passOrder,
    Duration window,
    int queue,
    OverflowPolicy overflow,
    Optional<Duration> deadline,
    Optional<Metrics> metrics) {
  /** The {@link #window} unless told otherwise: 2 milliseconds. */
  public static final Duration DEFAULT_WINDOW = Duration.ofMillis(2);

  /** The {@link #queue} unless told otherwise: 256. */
  public static final int DEFAULT_QUEUE = 256;

  private static final Duration LONGEST_WINDOW = Duration.ofMinutes(1);
  private static final int LONGEST_QUEUE = 1_000_000;

  /**
   * Refuses values out of range, with an {@link IllegalArgumentException}.
   *
   * @param engine how the network runs
   * @param maxFileBytes largest image file that is read
   * @param maxPixels largest image that is decoded; checked from the header, before decoding
   * @param maxDecodeBytes most memory of images that are decoded at once; above zero
   * @param exifOrientation whether pictures are turned as their EXIF says they are to be seen
   * @param passOrder the Pillow whose resize is meant, to the bit
   * @param window how long a submitted image that is ready waits for others to share a batch with;
   *     zero for not at all; 0 to 1 minute
   * @param queue most submitted images that wait to be decoded; 1 to 1,000,000. Their bytes are
   *     held meanwhile
   * @param overflow what {@link Classifier#submit} does when the queue is full
   * @param deadline how long a submission may take before its future fails, unless the call says
   *     otherwise; above zero; empty for as long as it takes
   * @param metrics is told what the classifier does; empty for nobody
   */
  public Options {
    ImageDecoder.standard().withMaxBytes(maxFileBytes).withMaxPixels(maxPixels);
    if (maxDecodeBytes < 1) {
      throw new IllegalArgumentException("max decode bytes must be positive: " + maxDecodeBytes);
    }
    Objects.requireNonNull(passOrder);
    Objects.requireNonNull(overflow);
    Objects.requireNonNull(metrics);
    if (window.isNegative() || window.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException("window must be 0 to 1 minute, not " + window);
    }
    if (queue < 1 || queue > LONGEST_QUEUE) {
      throw new IllegalArgumentException("queue must be 1 to " + LONGEST_QUEUE + ", not " + queue);
    }
    deadline.ifPresent(Options::checkDeadline);
  }

  /**
   * One worker on each physical core given: the most images a second. Submissions wait in a queue
   * of {@link #DEFAULT_QUEUE}, are rejected when it is full, and have no deadline.
   *
   * @return these options
   */
  public static Options throughput() {
    return new Options(
        EngineOptions.defaults(),
        ImageDecoder.DEFAULT_MAX_BYTES,
        ImageDecoder.DEFAULT_MAX_PIXELS,
        DecodeBudget.defaultBytes(),
        false,
        PassOrder.PILLOW_13,
        DEFAULT_WINDOW,
        DEFAULT_QUEUE,
        OverflowPolicy.REJECT,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * {@return a copy whose network runs otherwise}
   *
   * @param other options of the network
   */
  public Options withEngine(EngineOptions other) {
    return with(copy -> copy.engine = other);
  }

  /**
   * {@return a copy with another number of workers}
   *
   * @param count threads, one core each; 1 to 1024
   */
  public Options withWorkers(int count) {
    return withEngine(engine.withWorkers(count));
  }

  /**
   * {@return a copy with another limit of native memory}
   *
   * @param bytes most native memory that the network may take
   */
  public Options withMaxNativeBytes(long bytes) {
    return withEngine(engine.withMaxNativeBytes(bytes));
  }

  /**
   * {@return a copy with another largest batch}
   *
   * @param images most images of one pass; 1 to 1024
   */
  public Options withMaxBatch(int images) {
    return withEngine(engine.withMaxBatch(images));
  }

  /**
   * {@return a copy that reads larger or smaller files}
   *
   * @param bytes of the largest file
   */
  public Options withMaxFileBytes(long bytes) {
    return with(copy -> copy.maxFileBytes = bytes);
  }

  /**
   * {@return a copy that decodes larger or smaller images}
   *
   * @param pixels of the largest image, width times height
   */
  public Options withMaxPixels(long pixels) {
    return with(copy -> copy.maxPixels = pixels);
  }

  /**
   * {@return a copy that decodes more or fewer images at once}
   *
   * @param bytes most memory of all of them, on Java's heap and outside
   */
  public Options withMaxDecodeBytes(long bytes) {
    return with(copy -> copy.maxDecodeBytes = bytes);
  }

  /**
   * {@return a copy that turns pictures as their EXIF says, or does not}
   *
   * @param turn whether it does
   */
  public Options withExifOrientation(boolean turn) {
    return with(copy -> copy.exifOrientation = turn);
  }

  /**
   * {@return a copy that resizes as another Pillow does}
   *
   * @param order that Pillow's
   */
  public Options withPassOrder(PassOrder order) {
    return with(copy -> copy.passOrder = order);
  }

  /**
   * {@return a copy whose submissions wait longer or shorter for others}
   *
   * @param longest how long an image waits for others
   */
  public Options withWindow(Duration longest) {
    return with(copy -> copy.window = longest);
  }

  /**
   * {@return a copy with a longer or shorter queue of submissions}
   *
   * @param capacity most submissions that wait
   */
  public Options withQueue(int capacity) {
    return with(copy -> copy.queue = capacity);
  }

  /**
   * {@return a copy that does otherwise when the queue is full}
   *
   * @param policy what happens to one too many
   */
  public Options withOverflow(OverflowPolicy policy) {
    return with(copy -> copy.overflow = policy);
  }

  /**
   * {@return a copy whose submissions fail after some time}
   *
   * @param longest from the call on, the wait for room included
   */
  public Options withDeadline(Duration longest) {
    return with(copy -> copy.deadline = Optional.of(longest));
  }

  /**
   * {@return a copy whose classifier tells somebody what it does}
   *
   * @param told of every image and every run
   */
  public Options withMetrics(Metrics told) {
    return with(copy -> copy.metrics = Optional.of(told));
  }

  private Options with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.toOptions();
  }

  /** Options while one of them is changed. */
  private static final class Copy {
    private EngineOptions engine;
    private long maxFileBytes;
    private long maxPixels;
    private long maxDecodeBytes;
    private boolean exifOrientation;
    private PassOrder passOrder;
    private Duration window;
    private int queue;
    private OverflowPolicy overflow;
    private Optional<Duration> deadline;
    private Optional<Metrics> metrics;

    Copy(Options of) {
      engine = of.engine;
      maxFileBytes = of.maxFileBytes;
      maxPixels = of.maxPixels;
      maxDecodeBytes = of.maxDecodeBytes;
      exifOrientation = of.exifOrientation;
      passOrder = of.passOrder;
      window = of.window;
      queue = of.queue;
      overflow = of.overflow;
      deadline = of.deadline;
      metrics = of.metrics;
    }

    Options toOptions() {
      return new Options(
          engine,
          maxFileBytes,
          maxPixels,
          maxDecodeBytes,
          exifOrientation,
          passOrder,
          window,
          queue,
          overflow,
          deadline,
          metrics);
    }
  }

  /** A deadline that cannot be met, because it is over before it begins, is misuse. */
  static void checkDeadline(Duration longest) {
    if (longest.isZero() || longest.isNegative()) {
      throw new IllegalArgumentException("a deadline must be above zero, not " + longest);
    }
  }

  private ImageDecoder decoder() {
    return ImageDecoder.standard()
        .withMaxBytes(maxFileBytes)
        .withMaxPixels(maxPixels)
        .withExifOrientation(exifOrientation);
  }

  Preprocessor preprocessor(Preprocessing stated) {
    return Preprocessors.of(stated).withPassOrder(passOrder);
  }

  /** What makes inputs of images, for a model that states how. */
  Pictures pictures(Preprocessor preprocessor) {
    return new Pictures(
        decoder(), preprocessor, new DecodeBudget(DecodeBudget.Limits.ofProcess(maxDecodeBytes)));
  }
}
