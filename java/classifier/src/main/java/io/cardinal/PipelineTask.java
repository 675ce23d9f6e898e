// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.Pictures.Prepared;
import io.cardinal.Pictures.ReadAhead;
import io.cardinal.image.ImageException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One item of a run on its way to the network: read by one thread, decoded by another, awaited by a
 * third.
 */
final class PipelineTask<T> {
  final T item;

  /** Bytes that it brought along. */
  final long loaded;

  /** When it was listed, by {@link System#nanoTime}. */
  final long start = System.nanoTime();

  private final int previewEdge;
  private final CountDownLatch end = new CountDownLatch(1);

  /** What was read, until it is decoded. */
  private volatile @Nullable ReadAhead file;

  private volatile @Nullable Prepared prepared;
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable Throwable bug;

  PipelineTask(T item, long loaded, int previewEdge) {
    this.item = item;
    this.loaded = loaded;
    this.previewEdge = previewEdge;
  }

  /** Reads the file; whether it is to be decoded. */
  boolean read(Pictures pictures, Function<? super T, ImageSource> source, WorkTimes times) {
    return attempt(() -> file = pictures.read(source.apply(item), times));
  }

  /** Decodes the file. */
  void decode(Pictures pictures, WorkTimes times) {
    ReadAhead read = file;
    if (read != null && attempt(() -> prepared = pictures.prepare(read, previewEdge, times))) {
      file = null;
      end.countDown();
    }
  }

  /** Gives back what is held, where it will not be decoded. */
  void drop(Pictures pictures) {
    ReadAhead read = file;
    if (read != null) {
      pictures.drop(read);
    }
  }

  /** Waits until it is decoded or has failed. */
  void await() throws InterruptedException {
    end.await();
    if (bug instanceof Error error) {
      throw error;
    } else if (bug instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** The picture, after {@link #await}; null if there is none. */
  @Nullable Prepared prepared() {
    return prepared;
  }

  /** Why there is none. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  /** Does a step; what it throws ends the task: as the item's failure, or as a bug. */
  boolean attempt(Runnable step) {
    boolean isDone = false;
    try {
      step.run();
      isDone = true;
    } catch (ImageException | UncheckedIOException | InvalidPathException e) {
      failure = e;
    } catch (Throwable t) { // of the one who waits
      bug = t;
    }
    if (!isDone) {
      end.countDown();
    }
    return isDone;
  }
}
