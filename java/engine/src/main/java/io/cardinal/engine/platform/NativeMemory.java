// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A block of native memory on a cache-line boundary, of one owner who closes it. This is the one
 * place where the engine takes native memory. Large blocks ask for huge pages: with small ones, a
 * network loses a hundredth of its time to their look-up.
 *
 * <p>The JavaCPP allocator behind it registers no deallocator: nothing here waits for the garbage
 * collector, or is limited by JavaCPP's own bounds. Closing is idempotent; not thread-safe.
 */
public final class NativeMemory implements AutoCloseable {
  /** Bytes of a cache line; every block begins with one. */
  public static final int ALIGNMENT = 64;

  private static final long HUGE_PAGE = 2L << 20;

  /** Whether each block remembers where it was taken: dear, and for finding leaks. */
  private static final boolean IS_TRACKED = Boolean.getBoolean("cardinal.track");

  private static final Set<NativeMemory> LIVE = ConcurrentHashMap.newKeySet();

  /** Lets tests refuse an allocation as the system would. */
  static volatile @Nullable LongPredicate refusal;

  private final MemoryBudget budget;
  private final long bytes;
  private final Pointer block;
  private final long address;
  private final Throwable taken;
  private boolean isClosed;

  /** Where a block was taken, if blocks are tracked. */
  private static final class Taken extends Throwable {
    private static final long serialVersionUID = 1L;

    Taken(long bytes, String purpose) {
      super(bytes + " native bytes for " + purpose, null, false, IS_TRACKED);
    }
  }

  private NativeMemory(MemoryBudget budget, long bytes, Pointer block, String purpose) {
    this.budget = budget;
    this.bytes = bytes;
    this.block = block;
    this.address = align(block.address());
    this.taken = new Taken(bytes, purpose);
    LIVE.add(this);
  }

  /**
   * Takes memory, filled with zeros.
   *
   * @param bytes how many; zero gives a block of one cache line
   * @param purpose for the message when there is not enough
   */
  public static NativeMemory allocate(MemoryBudget budget, long bytes, String purpose) {
    if (bytes < 0) {
      throw new IllegalArgumentException("cannot allocate " + bytes + " bytes");
    }
    long whole = taken(bytes);
    budget.reserve(whole, purpose);
    Pointer block = isRefused(whole) ? null : Pointer.malloc(whole);
    if (block == null || block.isNull()) {
      budget.release(whole);
      throw new NativeException(
          Reason.MEMORY, "the system has no " + whole + " bytes for " + purpose, "", "", "");
    }
    onHugePages(block, whole, CLibrary::adviseHugePages);
    Pointer.memset(block, 0, whole); // touched first by the thread that is going to use it
    return new NativeMemory(budget, whole, block, purpose);
  }

  /** The next beginning of a cache line. */
  public static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** What {@link #allocate} takes for some bytes. */
  public static long taken(long bytes) {
    return Math.addExact(bytes, 2L * ALIGNMENT);
  }

  private static boolean isRefused(long bytes) {
    LongPredicate asked = refusal;
    return asked != null && asked.test(bytes);
  }

  /** Something done to addresses from the first on, so many bytes. */
  private interface RangeAction {
    void apply(long first, long bytes);
  }

  /** For the huge pages that lie in a block whole, if there are any. */
  private static void onHugePages(Pointer block, long bytes, RangeAction action) {
    long first = (block.address() + HUGE_PAGE - 1) & -HUGE_PAGE;
    long end = (block.address() + bytes) & -HUGE_PAGE;
    if (first < end) {
      action.apply(first, end - first);
    }
  }

  /**
   * Gives back to the system what was closed: the C library keeps blocks of up to some megabytes
   * for the next one, which may never come. For the end of a time of much coming and going.
   */
  public static void trim() {
    Pointer.trimMemory();
  }

  /** Blocks that are not closed, in the whole process. */
  public static long liveBlocks() {
    return LIVE.size();
  }

  /**
   * The same blocks by size and purpose, with the stack of each allocation where the system
   * property {@code cardinal.track} is true.
   */
  public static List<Throwable> live() {
    return LIVE.stream().map(block -> block.taken).toList();
  }

  /** The address of the first byte, a multiple of 64. */
  public long address() {
    return address;
  }

  /** The bytes from {@code offset} on. */
  public Pointer at(long offset) {
    if (offset < 0 || offset > bytes - ALIGNMENT) {
      throw new IndexOutOfBoundsException("offset " + offset + " of " + bytes + " bytes");
    }
    return new Address(address + offset);
  }

  /** The floats from {@code offset} on, {@code count} of them. */
  public FloatPointer floats(long offset, long count) {
    if (count < 0 || count > (bytes - 2L * ALIGNMENT - offset) / Float.BYTES) {
      throw new IndexOutOfBoundsException(count + " floats at " + offset + " of " + bytes);
    }
    return new FloatPointer(at(offset)).capacity(count);
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      // The C library may keep blocks of up to 32 MB for a thread, even one that has ended.
      onHugePages(block, bytes, CLibrary::discard);
      Pointer.free(block);
      budget.release(bytes);
      LIVE.remove(this);
    }
  }

  /** A pointer to a known address, which it does not own. */
  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
