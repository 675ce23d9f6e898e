// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What some timed runs of a plan tell: medians over the runs, of the whole network and of each
 * step.
 *
 * <p>A fraction is the share of the peak that was reached: operations (two for a multiply-add) over
 * time, over the run's peak, which is the best of some bursts of bare multiply-adds that the run's
 * own thread did right before and after it. No kernel is faster than bare multiply-adds, so a
 * fraction above 1 is no result: asking for it throws a {@link NativeException} that says so.
 * Immutable.
 *
 * @param plan what ran
 * @param runs in order, at least one
 * @param noPeak why the runs have no peak; empty if they have
 */
public record Profile(ExecutionPlan plan, List<Run> runs, String noPeak) {
  /**
   * Copies the list.
   *
   * @param plan what ran
   * @param runs in order, at least one
   * @param noPeak why the runs have no peak; empty if they have
   */
  public Profile {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a profile needs a run");
    }
  }

  /**
   * One run on one worker.
   *
   * @param worker name of the thread
   * @param nanoseconds from the images' way in to the answers' way out
   * @param stepNanoseconds of each step of the plan, reading the clock included
   * @param peakGflops what a core did at most around the run, times the worker's threads; 0 if that
   *     is not known
   */
  public record Run(
      String worker, long nanoseconds, List<Long> stepNanoseconds, double peakGflops) {
    /**
     * Copies the list.
     *
     * @param worker name of the thread
     * @param nanoseconds from the images' way in to the answers' way out
     * @param stepNanoseconds of each step of the plan, reading the clock included
     * @param peakGflops what a core did at most around the run, times the worker's threads; 0 if
     *     that is not known
     */
    public Run {
      stepNanoseconds = List.copyOf(stepNanoseconds);
    }
  }

  /**
   * What one step took.
   *
   * @param step the step
   * @param milliseconds the median of its times
   * @param gflops 10^9 operations a second in that time; 0 for a step without multiply-adds
   * @param fraction of the peak; empty without multiply-adds or without a peak
   * @param share of the median time of the whole run
   */
  public record StepTime(
      PlanStep step, double milliseconds, double gflops, OptionalDouble fraction, double share) {}

  /**
   * {@return the runs of both, of the same plan}
   *
   * @param other another profile of the plan, as of another worker
   */
  public Profile and(Profile other) {
    List<Run> all = new ArrayList<>(runs);
    all.addAll(other.runs);
    return new Profile(plan, all, noPeak);
  }

  /** {@return a profile for each worker's runs, by its name} */
  public Map<String, Profile> byWorker() {
    Map<String, Profile> workers = new LinkedHashMap<>();
    for (Run run : runs) {
      workers.merge(run.worker(), new Profile(plan, List.of(run), noPeak), Profile::and);
    }
    return workers;
  }

  /** {@return the median time of a run} */
  public double milliseconds() {
    return median(Run::nanoseconds) / 1e6;
  }

  /** {@return the median of the runs' peaks; empty where there are none} */
  public OptionalDouble peakGflops() {
    return hasPeak() ? OptionalDouble.of(median(Run::peakGflops)) : OptionalDouble.empty();
  }

  /** {@return the fraction of the peak that the network reaches; empty where there is no peak} */
  public OptionalDouble fraction() {
    return fraction("the network", plan.computedMultiplyAdds(), Run::nanoseconds);
  }

  /** {@return what each step took, in order} */
  public List<StepTime> steps() {
    List<StepTime> times = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      int number = i;
      PlanStep step = plan.steps().get(i);
      ToDoubleFunction<Run> time = run -> run.stepNanoseconds().get(number);
      double nanoseconds = median(time);
      long multiplyAdds = step.computedMultiplyAdds();
      times.add(
          new StepTime(
              step,
              nanoseconds / 1e6,
              multiplyAdds == 0 ? 0 : 2 * multiplyAdds / Math.max(1, nanoseconds),
              fraction(step.node().name(), multiplyAdds, time),
              nanoseconds / 1e6 / milliseconds()));
    }
    return times;
  }

  private OptionalDouble fraction(String what, long multiplyAdds, ToDoubleFunction<Run> time) {
    if (!hasPeak() || multiplyAdds == 0) {
      return OptionalDouble.empty();
    }
    double fraction =
        median(run -> 2 * multiplyAdds / Math.max(1, time.applyAsDouble(run)) / run.peakGflops());
    if (!(fraction <= 1)) {
      throw new NativeException(
          Reason.ENGINE,
          "the peak or the time was measured wrong",
          "at most 1.0 of the core's peak",
          String.format(
              Locale.ROOT, "%s at %.4f of %.1f GFLOP/s", what, fraction, median(Run::peakGflops)),
          "measure where nothing else runs; if it is so there too, report the probe");
    }
    return OptionalDouble.of(fraction);
  }

  private boolean hasPeak() {
    return noPeak.isEmpty();
  }

  private double median(ToDoubleFunction<Run> value) {
    double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
