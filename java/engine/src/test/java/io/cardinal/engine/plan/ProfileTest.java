// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.plan.Profile.Run;
import io.cardinal.engine.plan.Profile.StepTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What timed runs tell. */
class ProfileTest {
  private static final Shape IMAGE = new Shape(1, 4, 4, 16);

  /** 1x1, 16 to 16 channels: 4096 multiply-adds. */
  private static final PlanStep DENSE = step("dense", "onednn", conv(1, 1), IMAGE, 4096);

  private static final PlanStep POOL =
      step("pool", "onednn", new Op.GlobalAveragePool(), new Shape(1, 1, 1, 16), 0);

  @Test
  void shouldTakeMediansOverTheRuns() {
    Profile profile =
        profile(run("a", 1000, 900, 20), run("a", 4000, 2000, 10), run("a", 2000, 1000, 16));
    assertThat(profile.milliseconds()).isEqualTo(0.002);
    assertThat(profile.peakGflops()).hasValue(16);
    // 8192 operations in 1000, 4000 and 2000 ns, of 20, 10 and 16 GFLOP/s: 0.41, 0.20 and 0.26.
    assertThat(profile.fraction().orElseThrow()).isEqualTo(8192 / 2000.0 / 16, within(1e-12));
    List<StepTime> steps = profile.steps();
    assertThat(steps).hasSize(2);
    assertThat(steps.get(0).step()).isEqualTo(DENSE);
    assertThat(steps.get(0).milliseconds()).isEqualTo(0.001);
    assertThat(steps.get(0).gflops()).isEqualTo(8.192);
    assertThat(steps.get(0).fraction().orElseThrow()).isEqualTo(8192 / 900.0 / 20, within(1e-12));
    assertThat(steps.get(0).share()).isEqualTo(0.5);
    assertThat(steps.get(1).fraction()).isEmpty();
    assertThat(steps.get(1).gflops()).isZero();
  }

  @Test
  void shouldTakeWhatLiesBetweenTwoRuns() {
    Profile profile = profile(run("a", 1000, 900, 20), run("a", 2000, 900, 10));
    assertThat(profile.milliseconds()).isEqualTo(0.0015);
    assertThat(profile.peakGflops()).hasValue(15);
  }

  @Test
  void shouldRefuseToCallAnythingFasterThanThePeak() {
    Profile step = profile(run("a", 1000, 500, 16));
    assertThat(step.fraction()).isPresent();
    assertThatThrownBy(step::steps)
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("dense at 1.0240 of 16.0 GFLOP/s");
    Profile network = profile(run("a", 1000, 900, 8));
    assertThatThrownBy(network::fraction)
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("the network at 1.0240 of 8.0 GFLOP/s");
    Profile stoppedClock = profile(run("a", 1000, 0, 16));
    assertThatThrownBy(stoppedClock::steps).isInstanceOf(NativeException.class);
    Profile idleProbe = profile(run("a", 1000, 900, 0));
    assertThatThrownBy(idleProbe::fraction).isInstanceOf(NativeException.class);
  }

  @Test
  void shouldHaveNoFractionWithoutAPeak() {
    Profile profile = new Profile(plan(), List.of(run("a", 1000, 1, 0)), "no AVX-512");
    assertThat(profile.fraction()).isEmpty();
    assertThat(profile.peakGflops()).isEmpty();
    assertThat(profile.steps().get(0).fraction()).isEmpty();
    assertThat(profile.steps().get(0).gflops()).isPositive();
  }

  @Test
  void shouldTellWorkersApart() {
    Profile all = profile(run("a", 1000, 900, 20)).and(profile(run("b", 2000, 900, 20)));
    assertThat(all.runs()).hasSize(2);
    assertThat(all.byWorker()).containsOnlyKeys("a", "b");
    assertThat(all.byWorker().get("b")).isEqualTo(profile(run("b", 2000, 900, 20)));
    assertThatThrownBy(() -> profile()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldCountWhatKernelsCompute() {
    assertThat(DENSE.computedMultiplyAdds()).isEqualTo(4096);
    assertThat(POOL.computedMultiplyAdds()).isZero();
    long all = 4 * 4 * 16 * 16 * 9; // 12 rows of the kernel over the image, 2 of them outside
    PlanStep ours = step("c", "cardinal", conv(3, 1), IMAGE, all);
    assertThat(ours.computedMultiplyAdds()).isEqualTo(all / 12 * 10);
    assertThat(plan(List.of(DENSE, ours)).computedMultiplyAdds()).isEqualTo(4096 + all / 12 * 10);
    Profile network = new Profile(plan(List.of(ours, POOL)), List.of(run("a", 9000, 9000, 20)), "");
    assertThat(network.fraction()).isEqualTo(network.steps().get(0).fraction());
    PlanStep theirs = step("c", "onednn", conv(3, 1), IMAGE, all);
    assertThat(theirs.computedMultiplyAdds()).isEqualTo(all / 144 * 100);
    Shape half = new Shape(1, 2, 2, 16); // 6 rows, 1 outside
    PlanStep strided = step("c", "onednn", conv(3, 2), half, all / 4);
    assertThat(strided.computedMultiplyAdds()).isEqualTo(all / 4 / 36 * 25);
  }

  private static Op conv(int kernel, int stride) {
    return Op.Convolution.plain(16, kernel, stride, kernel / 2, 1);
  }

  private static PlanStep step(
      String name, String provider, Op op, Shape output, long multiplyAdds) {
    Node node = new Node(name, op, List.of("image"), Parameters.NONE);
    return new PlanStep(
        node,
        List.of(IMAGE),
        output,
        1,
        provider,
        "any",
        List.of(0L),
        List.of(0L),
        0,
        0,
        multiplyAdds,
        0,
        0);
  }

  private static Run run(String worker, long nanoseconds, long dense, double peak) {
    return new Run(worker, nanoseconds, List.of(dense, 50L), peak);
  }

  private static Profile profile(Run... runs) {
    return new Profile(plan(), List.of(runs), "");
  }

  private static ExecutionPlan plan() {
    return plan(List.of(DENSE, POOL));
  }

  private static ExecutionPlan plan(List<PlanStep> steps) {
    return new ExecutionPlan(
        IMAGE, new Shape(1, 1, 1, 16), steps, 0, 0, 0, 0, 0, 0, List.of(), List.of());
  }
}
