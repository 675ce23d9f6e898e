// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

/**
 * Is told what a classifier does, for monitoring; {@link Options#withMetrics} sets it. The module
 * {@code cardinal-micrometer} has one for Micrometer.
 *
 * <p>Called on callers' and on the classifier's own threads, several at once, so that it must be
 * quick and thread-safe. What it throws is logged once and goes no further.
 */
public interface Metrics {
  /** How an image ended. */
  enum End {
    /** It was classified, or its pooled vector was made. */
    ANSWERED,
    /** It is no image that is taken: {@link io.cardinal.image.ImageException}, or unreadable. */
    REFUSED,
    /** The network could not run on it. */
    FAILED,
    /** It found no room in the queue of submissions. */
    REJECTED,
    /** Its deadline was over before it was answered. */
    EXPIRED,
    /** Whoever submitted it completed or cancelled its future. */
    CANCELLED
  }

  /**
   * A classifier was opened; {@link Classifier#queued} and {@link Classifier#nativeBytes} may be
   * asked from now on until it is closed. It should not be kept from the garbage collector.
   *
   * @param classifier which one
   */
  default void opened(Classifier classifier) {}

  /**
   * It is about to be closed, after its last image.
   *
   * @param classifier which one
   */
  default void closed(Classifier classifier) {}

  /**
   * An image has ended; called once for each one.
   *
   * @param end how
   * @param nanoseconds since it was handed over: the wait in the queue, decoding and the network
   */
  default void ended(End end, long nanoseconds) {}

  /**
   * The network ran.
   *
   * @param images how many at once
   * @param nanoseconds how long, the wait for a worker included
   */
  default void ran(int images, long nanoseconds) {}
}
