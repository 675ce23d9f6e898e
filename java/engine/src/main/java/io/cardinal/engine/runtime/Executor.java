// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.WorkerMemory.BoundKernel;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.PlanStep;
import io.cardinal.engine.plan.Portion;
import io.cardinal.engine.plan.Profile;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan bound to one worker's memory. Running it allocates nothing. */
final class Executor {
  private static final float[] NO_IMAGES = {};

  private final SharedPlan shared;
  private final WorkerMemory memory;
  private final Team team;
  private final Denormals denormals;

  /** The order of execution. */
  private final Portion[] order;

  /** Of each portion the runs, and of each run the parts of the team's members. */
  private final BoundKernel[][][] portions;

  private final int portionsImageByImage;

  /** Taking in the images of a run, in parts of the team's members. */
  private final BoundKernel[] intake;

  /** The images of this run, and the number of the first among those of the call. */
  private float[] images = NO_IMAGES;

  private int first;

  /** Of each image of this run, whether some value is not finite. */
  private final boolean[] isVoid;

  private final Team.Work allSteps;
  private final Team.Work stepsToFeatures;

  /** Of one image. */
  private final int imageFloats;

  private final Output logits;
  private final Output features;

  /**
   * Where an answer stands.
   *
   * @param steps how many steps it takes
   * @param offset where it is then, in bytes
   * @param floats how many floats it has
   */
  private record Output(int steps, long offset, int floats) {}

  Executor(SharedPlan shared, WorkerMemory memory, Team team, Denormals denormals) {
    this.shared = shared;
    this.memory = memory;
    this.team = team;
    this.denormals = denormals;
    ExecutionPlan plan = shared.plan();
    this.imageFloats = Math.toIntExact(plan.input().elements()) / plan.input().batch();
    PlanStep last = plan.steps().get(plan.steps().size() - 1);
    Shape pooled = last.inputs().get(0);
    this.logits =
        new Output(
            plan.steps().size(), plan.outputOffset(), Math.toIntExact(plan.output().elements()));
    this.features =
        new Output(
            plan.steps().size() - 1,
            last.inputOffsets().get(0),
            Math.toIntExact(pooled.elements()));
    this.allSteps = member -> runSteps(member, logits.steps, null);
    this.stepsToFeatures = member -> runSteps(member, features.steps, null);
    BoundKernel[][][] steps = new BoundKernel[plan.steps().size()][][];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = bind(i);
    }
    this.order = plan.order().toArray(Portion[]::new);
    this.portions = new BoundKernel[order.length][][];
    int imageByImage = 0;
    for (int i = 0; i < order.length; i++) {
      portions[i] = take(order[i], steps[order[i].step()]);
      imageByImage += order[i].step() < plan.stepsImageByImage() ? 1 : 0;
    }
    this.portionsImageByImage = imageByImage;
    this.intake = new BoundKernel[team.size()];
    for (int i = 0; i < intake.length; i++) {
      int part = i;
      intake[i] = () -> takeIn(part);
    }
    this.isVoid = new boolean[plan.input().batch()];
  }

  /** The runs of a step, and of each run the parts. */
  private BoundKernel[][] bind(int number) {
    PlanStep step = shared.plan().steps().get(number);
    BoundKernel[][] runs = new BoundKernel[step.runs()][team.size()];
    for (int run = 0; run < step.runs(); run++) {
      long[] inputs = new long[step.inputOffsets().size()];
      for (int k = 0; k < inputs.length; k++) {
        inputs[k] = step.inputOffsets().get(k) + run * step.inputStrides().get(k);
      }
      long output = step.outputOffset() + run * step.outputStride();
      for (int part = 0; part < team.size(); part++) {
        runs[run][part] =
            memory.bindPart(shared.kernels().get(number), inputs, output, part, team.size());
      }
    }
    return runs;
  }

  /** A portion of each run. A plan for several threads has whole steps only. */
  private static BoundKernel[][] take(Portion portion, BoundKernel[][] step) {
    if (portion.isWhole()) {
      return step;
    }
    BoundKernel[][] runs = new BoundKernel[step.length][];
    for (int run = 0; run < runs.length; run++) {
      runs[run] = new BoundKernel[] {step[run][0].rows(portion.firstRow(), portion.rows())};
    }
    return runs;
  }

  ExecutionPlan plan() {
    return shared.plan();
  }

  /**
   * Runs the network; the caller has checked that all arrays are long enough.
   *
   * @param first number of the first image among those of the call
   */
  void run(float[] images, int first, Answers answers) {
    run(images, first, answers, answers.logits == null ? stepsToFeatures : allSteps);
  }

  private void run(float[] images, int first, Answers answers, Team.Work work) {
    this.images = images;
    this.first = first;
    Arrays.fill(isVoid, false);
    try {
      team.run(work);
    } finally {
      this.images = NO_IMAGES;
    }
    read(features, answers.features, first);
    read(logits, answers.logits, first);
  }

  /**
   * A part of taking in the images, of which the first part writes all; meanwhile helpers that were
   * parked wake up.
   */
  private void takeIn(int part) {
    if (part == 0) {
      write();
    }
    int begin = (int) ((long) imageFloats * part / intake.length);
    int end = (int) ((long) imageFloats * (part + 1) / intake.length);
    for (int n = 0; n < isVoid.length; n++) {
      if (!areFinite(images, (first + n) * imageFloats + begin, end - begin)) {
        isVoid[n] = true;
      }
    }
  }

  private void write() {
    ExecutionPlan plan = shared.plan();
    for (int n = 0; n < isVoid.length; n++) {
      long offset = plan.inputOffset() + n * plan.inputStride();
      memory.write(offset, images, (first + n) * imageFloats, imageFloats);
    }
  }

  /** One member's share of the first steps; adds up the time of each, where it is to. */
  private void runSteps(int member, int count, long @Nullable [] times) {
    boolean before = denormals.flush(true);
    try {
      team.share(intake, member);
      team.meet(member);
      runStepsInOrder(member, count, times);
    } finally {
      denormals.flush(before);
    }
  }

  private void runStepsInOrder(int member, int count, long @Nullable [] times) {
    long last = team.met();
    int apart = portionsImageByImage > 0 ? isVoid.length : 0;
    for (int n = 0; n < apart; n++) {
      for (int i = 0; i < portionsImageByImage; i++) {
        last = run(portions[i][n], member, order[i].step(), last, times);
      }
    }
    for (int i = portionsImageByImage; i < order.length && order[i].step() < count; i++) {
      last = run(portions[i][0], member, order[i].step(), last, times);
    }
  }

  private long run(BoundKernel[] parts, int member, int step, long last, long @Nullable [] times) {
    team.share(parts, member);
    team.meet(member);
    if (times == null) {
      return 0;
    }
    long now = team.met();
    times[step] += now - last;
    return now;
  }

  /**
   * Reads answers; the last step leaves its input, the features, as they are. An image that is not
   * finite has NaN for an answer: on the way, a fused ReLU turns NaN into zero, and the rest of the
   * network would make a confident class of that.
   */
  private void read(Output output, float @Nullable [] answers, int first) {
    if (answers == null) {
      return;
    }
    int length = output.floats / isVoid.length;
    memory.read(output.offset, answers, first * length, output.floats);
    for (int n = 0; n < isVoid.length; n++) {
      if (isVoid[n]) {
        Arrays.fill(answers, (first + n) * length, (first + n + 1) * length, Float.NaN);
      }
    }
  }

  private static boolean areFinite(float[] values, int first, int count) {
    for (int i = first; i < first + count; i++) {
      if (!(Math.abs(values[i]) <= Float.MAX_VALUE)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Runs the network as {@link #run} does, with the time of each step, between two rows of bursts
   * that measure what this thread's core can do; the cores of its helpers are taken for equal.
   */
  Profile.Run time(float[] images, Answers answers, PeakProbe probe) {
    long[] times = new long[logits.steps];
    double before = probe.best();
    long start = System.nanoTime();
    run(images, 0, answers, member -> runSteps(member, logits.steps, member == 0 ? times : null));
    long end = System.nanoTime();
    double peak = team.size() * Math.max(before, probe.best());
    List<Long> stepTimes = Arrays.stream(times).boxed().toList();
    return new Profile.Run(Thread.currentThread().getName(), end - start, stepTimes, peak);
  }

  void release() {
    shared.release();
  }
}
