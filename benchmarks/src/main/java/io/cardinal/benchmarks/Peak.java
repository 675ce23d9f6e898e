// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What one core could do during an iteration: the best of some short bursts of bare multiply-adds
 * right before and right after it, since clocks change within seconds.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Peak {
  private double best;

  /** Before the iteration. */
  @Setup(Level.Iteration)
  public void before() {
    best = burst();
  }

  /** After it. */
  @TearDown(Level.Iteration)
  public void after() {
    best = Math.max(best, burst());
  }

  /** GFLOP/s of one core; 0 where libcardinal has no fast instructions to measure it with. */
  public double peak() {
    return best;
  }

  private static double burst() {
    return CardinalLibrary.refusal().isEmpty()
        ? CardinalLibrary.get().peak(CardinalLibrary.Peak.F32)
        : 0;
  }
}
