// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A block of native memory on a cache-line boundary, of one owner who closes it. This is the one
 * place where the engine takes native memory. Large blocks ask for huge pages: with small ones, a
 * network loses a hundredth of its time to their look-up.
 *
 * <p>The JavaCPP allocator behind it registers no deallocator: nothing here waits for the garbage
 * collector, or is limited by JavaCPP's own bounds. Closing is idempotent; not thread-safe.
 */
public final class NativeMemory implements AutoCloseable {
  private static final int ALIGNMENT = 64;
  private static final long HUGE_PAGE = 2L << 20;
  private static final AtomicLong LIVE_BLOCKS = new AtomicLong();

  private final MemoryBudget budget;
  private final long bytes;
  private final Pointer block;
  private final long address;
  private boolean isClosed;

  private NativeMemory(MemoryBudget budget, long bytes, Pointer block) {
    this.budget = budget;
    this.bytes = bytes;
    this.block = block;
    this.address = (block.address() + ALIGNMENT - 1) & -ALIGNMENT;
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
    long whole = Math.addExact(bytes, 2L * ALIGNMENT);
    budget.reserve(whole, purpose);
    Pointer block = Pointer.malloc(whole);
    if (block == null || block.isNull()) {
      budget.release(whole);
      throw new NativeException(
          Reason.MEMORY, "the system has no " + whole + " bytes for " + purpose, "", "", "");
    }
    adviseHugePages(block.address(), whole);
    Pointer.memset(block, 0, whole); // touched first by the thread that is going to use it
    LIVE_BLOCKS.incrementAndGet();
    return new NativeMemory(budget, whole, block);
  }

  /** For the huge pages that lie in a block whole. */
  private static void adviseHugePages(long start, long bytes) {
    long first = (start + HUGE_PAGE - 1) & -HUGE_PAGE;
    long end = (start + bytes) & -HUGE_PAGE;
    if (first < end) {
      CLibrary.adviseHugePages(first, end - first);
    }
  }

  /** Blocks that are not closed, in the whole process. */
  public static long liveBlocks() {
    return LIVE_BLOCKS.get();
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
      Pointer.free(block);
      budget.release(bytes);
      LIVE_BLOCKS.decrementAndGet();
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
