// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

/**
 * How a run over many files spent its time.
 *
 * @param files files seen
 * @param failures files without an answer
 * @param nanoseconds from the first file to the last answer
 * @param decodingNanoseconds reading, decoding and preprocessing, summed over threads
 * @param inferenceNanoseconds running the network, summed over workers' calls
 */
public record PipelineStatistics(
    long files,
    long failures,
    long nanoseconds,
    long decodingNanoseconds,
    long inferenceNanoseconds) {
  /** {@return the files classified or refused in a second} */
  public double filesPerSecond() {
    return nanoseconds == 0 ? 0 : files * 1e9 / nanoseconds;
  }

  /** {@return the share of decoding in the time spent on decoding and inference, 0 to 1} */
  public double decodingShare() {
    long sum = decodingNanoseconds + inferenceNanoseconds;
    return sum == 0 ? 0 : (double) decodingNanoseconds / sum;
  }
}
