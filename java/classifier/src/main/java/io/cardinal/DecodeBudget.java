// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.image.ImageException;
import io.cardinal.image.ImageException.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory that images may take while they are decoded, for all threads of a classifier. An image
 * is admitted by what its header says that it takes, before it takes it; one that needs more than
 * the budget is admitted when no other is there, if the process has that much at all. Whether an
 * image is refused depends on itself and on the process's memory, never on the other images.
 *
 * <p>Files that are read ahead have a small account of their own. {@link LoadedItems} have one too,
 * in the {@link Pipeline}: a limit of listing them, since they stay until their outcomes are handed
 * over, and whoever does that must not wait here.
 *
 * <p>Nobody waits for ever, whatever the budget and the number of threads. Who was admitted decodes
 * and gives back, and waits for nothing meanwhile. Who waits for admission holds at most a file
 * read ahead, which is not in this account, so those admitted always leave, and the first in the
 * queue is served: at the latest when it is alone. There is one exception, a file too large to be
 * read ahead, which is admitted in two steps, its bytes and then its picture; {@link #large} lets
 * one thread at a time be between them, and its second step goes before the queue. Who waits for
 * room to read ahead holds nothing.
 *
 * <p>Thread-safe.
 */
final class DecodeBudget {
  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private final Deque<Object> queue = new ArrayDeque<>();
  private Need taken = Need.NOTHING;
  private long filesTaken;

  /** Held by whoever reads a file that is too large to be read ahead, until it is admitted. */
  final ReentrantLock large = new ReentrantLock(true);

  /**
   * Bytes that an image takes.
   *
   * @param heap of Java's heap
   * @param outside native ones
   */
  record Need(long heap, long outside) {
    static final Need NOTHING = new Need(0, 0);

    Need plus(Need other) {
      return new Need(heap + other.heap, outside + other.outside);
    }

    private Need minus(Need other) {
      return new Need(heap - other.heap, outside - other.outside);
    }

    private long total() {
      return heap + outside;
    }
  }

  /**
   * What there is.
   *
   * @param together most bytes of all images, of both sorts
   * @param heapTogether most bytes of Java's heap of all images
   * @param alone most bytes of a single image
   * @param files most bytes of files that are read ahead
   */
  record Limits(long together, long heapTogether, Need alone, long files) {
    /**
     * Those of this process: three quarters of its heap for a single image, half of it for several,
     * a sixteenth for files. Outside of the heap half of what the process was given besides.
     *
     * @param together most bytes of several images
     */
    static Limits ofProcess(long together) {
      long heap = Runtime.getRuntime().maxMemory();
      long outside = Math.max(together, outside() / 2);
      return new Limits(together, heap / 2, new Need(heap / 4 * 3, outside), heap / 16);
    }
  }

  DecodeBudget(Limits limits) {
    this.limits = limits;
  }

  /** Half of the heap, and a quarter of what the process was given besides. */
  static long defaultBytes() {
    return Runtime.getRuntime().maxMemory() / 2 + outside() / 4;
  }

  /** Bytes that the process was given besides its heap. */
  private static long outside() {
    long given = MemoryBudget.defaultLimit() / 3 * 4;
    return Math.max(0, given - Runtime.getRuntime().maxMemory());
  }

  /** Most bytes of files that are read ahead; one larger than that is read when it is admitted. */
  long readAhead() {
    return limits.files;
  }

  /** Most bytes of the heap that an image may take. */
  long mostHeap() {
    return limits.alone.heap;
  }

  /** Waits for room to read a file ahead. */
  void takeFile(long bytes) {
    lock.lock();
    try {
      while (filesTaken > 0 && filesTaken + bytes > limits.files) {
        change.awaitUninterruptibly();
      }
      filesTaken += bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Counts bytes of a file that are there already, or no longer where that is negative. */
  void countFile(long bytes) {
    lock.lock();
    try {
      filesTaken += bytes;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses an image that the process has no memory for.
   *
   * @param found what it is
   */
  void check(Need need, String found) {
    if (need.heap > limits.alone.heap) {
      throw refused(found, need.heap, "Java's heap", limits.alone.heap, "give Java more (-Xmx)");
    }
    if (need.outside > limits.alone.outside) {
      throw refused(
          found,
          need.outside,
          "native memory",
          limits.alone.outside,
          "give the process more memory");
    }
  }

  /** Waits until an image is admitted; to be given back. */
  void take(Need need) {
    lock.lock();
    try {
      Object place = new Object();
      queue.addLast(place);
      while (queue.peekFirst() != place || !fits(need, Need.NOTHING)) {
        change.awaitUninterruptibly();
      }
      queue.removeFirst();
      taken = taken.plus(need);
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for more, before all others; by the thread that holds {@link #large}. */
  void takeMore(Need before, Need more) {
    lock.lock();
    try {
      queue.addFirst(new Object()); // nobody else is served, nobody else comes here
      while (!fits(more, before)) {
        change.awaitUninterruptibly();
      }
      queue.removeFirst();
      taken = taken.plus(more);
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void giveBack(Need need) {
    lock.lock();
    try {
      taken = taken.minus(need);
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Bytes taken now, those of files read ahead included. */
  Need taken() {
    lock.lock();
    try {
      return taken.plus(new Need(filesTaken, 0));
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(Need need, Need own) {
    Need all = taken.plus(need);
    return taken.equals(own) || (all.total() <= limits.together && all.heap <= limits.heapTogether);
  }

  private static ImageException refused(
      String found, long needed, String memory, long most, String remedy) {
    return new ImageException(
        Reason.TOO_MANY_PIXELS,
        "the picture is too large for this process",
        "at most " + most + " bytes of " + memory + " to decode it",
        found + ", which takes " + needed + " bytes",
        remedy + ", or make it smaller");
  }
}
