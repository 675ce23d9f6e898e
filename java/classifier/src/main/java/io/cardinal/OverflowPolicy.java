// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

/** What {@link Classifier#submit} does when its queue is full. */
public enum OverflowPolicy {
  /** It throws {@link java.util.concurrent.RejectedExecutionException} at once. */
  REJECT,
  /**
   * It waits for room. An interrupt ends the wait with a {@link
   * java.util.concurrent.RejectedExecutionException} whose cause is the {@link
   * InterruptedException}; the thread stays interrupted.
   */
  BLOCK
}
