// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.Metrics.End;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One submitted image and its answer. Whoever ends it early, by a cancellation, a deadline or a
 * value of their own, also takes it out of the queue.
 *
 * <p>The fields that change belong to the queue and are guarded by its lock.
 */
final class Submission extends CompletableFuture<Classification> {
  private final SubmissionQueue queue;
  private final @Nullable Duration allowed;
  private final long start = System.nanoTime();
  private final long expiry;

  /** Makes the tensor; nothing once it was asked for or nobody waits for it. */
  @Nullable Supplier<float[]> image;

  /** The tensor while it waits for a batch. */
  float @Nullable [] tensor;

  /** When the tensor was there, by {@link System#nanoTime}. */
  long readyAt;

  /** Ends it when its time is over. */
  @Nullable Future<?> timer;

  /** Whether it was ended early. */
  boolean isDropped;

  /**
   * Begins to count the time.
   *
   * @param allowed how long it may take, or null
   */
  Submission(SubmissionQueue queue, Supplier<float[]> image, @Nullable Duration allowed) {
    this.queue = queue;
    this.image = image;
    this.allowed = allowed;
    this.expiry = allowed == null ? 0 : start + nanoseconds(allowed);
  }

  boolean hasDeadline() {
    return allowed != null;
  }

  /** Nanoseconds until the deadline; none are left without one only after centuries. */
  long nanosecondsLeft() {
    return allowed == null ? Long.MAX_VALUE : expiry - System.nanoTime();
  }

  TimeoutException timeout() {
    return new TimeoutException("no answer within " + allowed);
  }

  /** Completes it from inside, where the queue knows already. */
  void finish(@Nullable Classification answer, @Nullable Throwable failure) {
    if (failure != null) {
      fail(failure, Meter.end(failure));
    } else if (super.complete(answer)) {
      queue.meter().ended(End.ANSWERED, start);
    }
  }

  /** It found no room. */
  void reject() {
    queue.meter().ended(End.REJECTED, start);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    queue.drop(this);
    fail(new CancellationException(), End.CANCELLED);
    return isCancelled();
  }

  @Override
  public boolean complete(Classification answer) {
    queue.drop(this);
    boolean isFirst = super.complete(answer);
    if (isFirst) {
      queue.meter().ended(End.CANCELLED, start);
    }
    return isFirst;
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    queue.drop(this);
    return fail(failure, failure instanceof TimeoutException ? End.EXPIRED : End.CANCELLED);
  }

  private boolean fail(Throwable failure, End end) {
    boolean isFirst = super.completeExceptionally(failure);
    if (isFirst) {
      queue.meter().ended(end, start);
    }
    return isFirst;
  }

  private static long nanoseconds(Duration duration) {
    Duration longest = Duration.ofNanos(Long.MAX_VALUE / 4);
    return (duration.compareTo(longest) > 0 ? longest : duration).toNanos();
  }
}
