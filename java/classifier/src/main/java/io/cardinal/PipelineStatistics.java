// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

/**
 * How a run over many images spent its time, and who waited for whom. Times are summed over the
 * threads that do the same; where there are more threads than cores they include the wait for one.
 *
 * @param files images seen
 * @param failures images without an answer
 * @param nanoseconds from the first image to the last answer
 * @param listingNanoseconds asking for the next image
 * @param readingNanoseconds reading files
 * @param memoryNanoseconds waiting for memory to decode in
 * @param decodingNanoseconds decoding
 * @param resizingNanoseconds resizing and cropping
 * @param inferenceNanoseconds running the network
 * @param writingNanoseconds in the consumer of the answers
 * @param readers threads that read
 * @param decoders threads that decode and resize
 * @param workers threads that run the network
 */
public record PipelineStatistics(
    long files,
    long failures,
    long nanoseconds,
    long listingNanoseconds,
    long readingNanoseconds,
    long memoryNanoseconds,
    long decodingNanoseconds,
    long resizingNanoseconds,
    long inferenceNanoseconds,
    long writingNanoseconds,
    int readers,
    int decoders,
    int workers) {
  /** What a run waits for most. */
  public enum Bound {
    /** The list of images, or their bytes. */
    READ,
    /** Decoding and resizing, or memory for it. */
    DECODE,
    /** The network. */
    COMPUTE,
    /** The consumer of the answers. */
    WRITE
  }

  /** {@return the images classified or refused in a second} */
  public double filesPerSecond() {
    return nanoseconds == 0 ? 0 : files * 1e9 / nanoseconds;
  }

  /**
   * {@return how much of the run one side is busy, 0 to 1: for the rest it waits for others}
   *
   * @param side which
   */
  public double busy(Bound side) {
    return switch (side) {
      case READ ->
          Math.max(share(listingNanoseconds, 1), share(readingNanoseconds, Math.max(1, readers)));
      case DECODE -> share(memoryNanoseconds + decodingNanoseconds + resizingNanoseconds, decoders);
      case COMPUTE -> share(inferenceNanoseconds, workers);
      case WRITE -> share(writingNanoseconds, 1);
    };
  }

  /** {@return the side that is busy most, which the others wait for} */
  public Bound bound() {
    Bound most = Bound.COMPUTE;
    for (Bound side : Bound.values()) {
      most = busy(side) > busy(most) ? side : most;
    }
    return most;
  }

  /** {@return nanoseconds of work: all but the waits for memory} */
  public long workNanoseconds() {
    return listingNanoseconds
        + readingNanoseconds
        + decodingNanoseconds
        + resizingNanoseconds
        + inferenceNanoseconds
        + writingNanoseconds;
  }

  private double share(long busy, int threads) {
    return nanoseconds == 0 || threads == 0
        ? 0
        : Math.min(1, busy / ((double) nanoseconds * threads));
  }
}
