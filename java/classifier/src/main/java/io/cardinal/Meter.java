// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.Metrics.End;
import io.cardinal.image.ImageException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the metrics, if there are any, and keeps what they throw from doing harm. */
final class Meter {
  private final @Nullable Metrics metrics;
  private final AtomicBoolean hasFailed = new AtomicBoolean();

  Meter(Optional<Metrics> metrics) {
    this.metrics = metrics.orElse(null);
  }

  void opened(Classifier classifier) {
    tell(to -> to.opened(classifier));
  }

  void closed(Classifier classifier) {
    tell(to -> to.closed(classifier));
  }

  /** An image that was handed over at some {@link System#nanoTime} has ended. */
  void ended(End end, long start) {
    if (metrics != null) {
      long nanoseconds = System.nanoTime() - start;
      tell(to -> to.ended(end, nanoseconds));
    }
  }

  /** The same for an image without an answer. */
  void ended(Throwable failure, long start) {
    ended(end(failure), start);
  }

  /** The network ran on some images from then on. */
  void ran(int images, long start) {
    if (metrics != null) {
      long nanoseconds = System.nanoTime() - start;
      tell(to -> to.ran(images, nanoseconds));
    }
  }

  static End end(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return End.EXPIRED;
    } else if (failure instanceof CancellationException) {
      return End.CANCELLED;
    }
    boolean isRefused =
        failure instanceof ImageException
            || failure instanceof UncheckedIOException
            || failure instanceof InvalidPathException;
    return isRefused ? End.REFUSED : End.FAILED;
  }

  private void tell(Consumer<Metrics> what) {
    if (metrics != null) {
      try {
        what.accept(metrics);
      } catch (RuntimeException e) {
        if (!hasFailed.getAndSet(true)) {
          System.getLogger(Metrics.class.getName())
              .log(System.Logger.Level.WARNING, "the metrics failed; this is said once", e);
        }
      }
    }
  }
}
