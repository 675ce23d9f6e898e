// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.util.concurrent.atomic.LongAdder;

/** Nanoseconds that making inputs of images takes, summed over all threads. */
final class WorkTimes {
  /** Reading files. */
  final LongAdder reading = new LongAdder();

  /** Waiting for memory to decode in. */
  final LongAdder waiting = new LongAdder();

  /** Decoding. */
  final LongAdder decoding = new LongAdder();

  /** Resizing and cropping. */
  final LongAdder resizing = new LongAdder();
}
