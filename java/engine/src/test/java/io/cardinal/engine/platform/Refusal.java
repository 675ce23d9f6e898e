// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Refuses native memory, or threads, as a system without any would, until it is closed. */
public final class Refusal implements AutoCloseable {
  private final int first;
  private final int last;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong askedBytes = new AtomicLong();

  private Refusal(int first, int last) {
    this.first = first;
    this.last = last;
  }

  private Refusal ofMemory() {
    NativeMemory.refusal = this::isRefused;
    return this;
  }

  /** Refuses one allocation, counted from 1; with 0 none, it only counts. */
  public static Refusal once(int number) {
    return new Refusal(number, number).ofMemory();
  }

  /** Refuses to start one thread, likewise. */
  public static Refusal ofThread(int number) {
    Refusal refusal = new Refusal(number, number);
    Parallel.refusal = () -> refusal.isRefused(0);
    return refusal;
  }

  /** Refuses an allocation and every later one. */
  public static Refusal from(int number) {
    return new Refusal(number, Integer.MAX_VALUE).ofMemory();
  }

  /** How many allocations or threads were asked for. */
  public int asked() {
    return asked.get();
  }

  /** How many bytes were asked for. */
  public long askedBytes() {
    return askedBytes.get();
  }

  /** Whether it goes on until it is closed. */
  public boolean isForGood() {
    return last == Integer.MAX_VALUE;
  }

  @Override
  public void close() {
    NativeMemory.refusal = null;
    Parallel.refusal = null;
  }

  private boolean isRefused(long bytes) {
    askedBytes.addAndGet(bytes);
    int number = asked.incrementAndGet();
    return number >= first && number <= last;
  }
}
