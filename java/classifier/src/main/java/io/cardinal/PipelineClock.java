// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

/** Adds up the times of a run. What lists and writes is called by one thread, the rest by any. */
final class PipelineClock {
  private final int readers;
  private final int decoders;
  private final int workers;
  private final WorkTimes times = new WorkTimes();
  private final BusyMeter inference;
  private long start;
  private long listing;
  private long listed;
  private long writing;
  private long files;
  private long failures;

  PipelineClock(int readers, int decoders, int workers) {
    this.readers = readers;
    this.decoders = decoders;
    this.workers = workers;
    this.inference = new BusyMeter(workers);
  }

  void start() {
    start = System.nanoTime();
  }

  /** Items listed so far. */
  long listed() {
    return listed;
  }

  void list(long since, boolean isItem) {
    listing += System.nanoTime() - since;
    listed += isItem ? 1 : 0;
  }

  /** What the threads that read and decode add to. */
  WorkTimes times() {
    return times;
  }

  void beginInference() {
    inference.begin(System.nanoTime());
  }

  void endInference() {
    inference.end(System.nanoTime());
  }

  void write(long since, boolean isFailure) {
    writing += System.nanoTime() - since;
    files++;
    failures += isFailure ? 1 : 0;
  }

  PipelineStatistics statistics() {
    return new PipelineStatistics(
        files,
        failures,
        System.nanoTime() - start,
        listing,
        times.reading.sum(),
        times.waiting.sum(),
        times.decoding.sum(),
        times.resizing.sum(),
        inference.nanoseconds(),
        writing,
        readers,
        decoders,
        workers);
  }
}
