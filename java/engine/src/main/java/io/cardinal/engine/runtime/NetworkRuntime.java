// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.Providers;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.Profile;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.engine.platform.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A compiled network with its kernels and workers. Thread-safe; {@link #close} is called once, when
 * no call runs any more.
 */
public final class NetworkRuntime implements AutoCloseable {
  private final MemoryBudget budget;
  private final KernelProvider provider;
  private final PlanCache cache;
  private final WorkerPool pool;
  private final int maxBatch;
  private final int classes;

  /**
   * Compiles a network, packs its weights and makes the plan for one image. Afterwards the graph's
   * parameters are not read again.
   *
   * @param graph the network as it is defined
   * @param usual shape of one usual image
   */
  public NetworkRuntime(Graph graph, Shape usual, EngineOptions options) {
    this.budget = new MemoryBudget(options.maxNativeBytes());
    this.maxBatch = options.maxBatch();
    Graph compiled = Compiler.compile(graph);
    if (isNative(options)) {
      budget.require(packedBytes(compiled), "the network's weights");
    }
    Providers.Choice choice =
        Providers.choose(options.kernels(), compiled, usual, budget, options.threads());
    this.provider = choice.provider();
    checkThreads(choice, options.threads());
    this.cache =
        new PlanCache(
            choice.graph(), provider, choice.notes(), options.threads(), options.maxPlans());
    try {
      this.pool =
          new WorkerPool(
              options.workers(),
              "cardinal-worker",
              () -> new Worker(provider, cache, budget, options.maxPlans(), options.threads()));
    } catch (RuntimeException | Error e) {
      provider.close();
      throw e;
    }
    try {
      this.classes = plan(usual).output().channels();
      trim(options);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * What was only for packing goes back to the system, so that the process takes what is stated.
   */
  private static void trim(EngineOptions options) {
    if (isNative(options)) {
      NativeMemory.trim();
    }
  }

  /** Whether its memory is native; that of the reference kernels is the Java heap's. */
  private static boolean isNative(EngineOptions options) {
    return !options.kernels().equals("reference");
  }

  /** What the weights take at least: a kernel's layout may pad them. */
  private static long packedBytes(Graph compiled) {
    return compiled.nodes().stream()
        .mapToLong(node -> Float.BYTES * node.parameters().elements())
        .sum();
  }

  private static void checkThreads(Providers.Choice choice, int threads) {
    KernelProvider provider = choice.provider();
    if (threads > 1 && !provider.canDivide()) {
      provider.close();
      throw new NativeException(
          Reason.ENGINE,
          "the kernels " + provider.name() + " run an image on one thread",
          "kernels cardinal or onednn for " + threads + " threads",
          String.join("; ", choice.notes()),
          "take 1 thread and more workers");
    }
  }

  /** Native bytes taken now: weights, arenas, scratchpads. */
  public long nativeBytes() {
    return budget.used();
  }

  /** Name of the provider whose kernels run. */
  public String provider() {
    return provider.name();
  }

  /** Outputs for each image. */
  public int classes() {
    return classes;
  }

  /** The plan for an input shape; it is made if it is not there. */
  public ExecutionPlan plan(Shape input) {
    PlanJob job = new PlanJob(input);
    pool.submit(job);
    job.join();
    return Objects.requireNonNull(job.plan);
  }

  /** Times some runs on the given images, on one worker, after one that is not timed. */
  public Profile profile(Shape input, float[] images, int repetitions) {
    ProfileJob job = new ProfileJob(input, images, repetitions, classes);
    pool.submit(job);
    job.join();
    return Objects.requireNonNull(job.profile);
  }

  /**
   * Runs images through the network. A call of up to the largest batch runs on one worker; a larger
   * one is cut, and several workers share it. Lengths are checked by the caller.
   *
   * @param images NHWC
   */
  public void infer(float[] images, Shape all, Answers answers) {
    List<Job> jobs = new ArrayList<>();
    for (int n = 0; n < all.batch(); n += maxBatch) {
      Shape input = all.withBatch(Math.min(maxBatch, all.batch() - n));
      jobs.add(new InferenceJob(input, images, n, answers));
    }
    run(jobs);
  }

  /**
   * Runs what a call would run, on zeros: its largest piece once for each worker, and its last one
   * where that has fewer images, so that each worker that is free makes its plans and memory.
   *
   * @param all shape of the call; any number of images
   */
  public void warmUp(Shape all) {
    int piece = Math.min(maxBatch, all.batch());
    runOnEachWorker(all.withBatch(piece));
    int rest = all.batch() % piece;
    if (rest > 0) {
      runOnEachWorker(all.withBatch(rest));
    }
  }

  private void runOnEachWorker(Shape input) {
    float[] images = new float[Math.toIntExact(input.elements())];
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < pool.size(); i++) {
      Answers answers = new Answers(new float[Math.multiplyExact(input.batch(), classes)], null);
      jobs.add(new InferenceJob(input, images, 0, answers));
    }
    run(jobs);
  }

  private void run(List<Job> jobs) {
    jobs.forEach(pool::submit);
    Throwable failure = null;
    for (Job job : jobs) { // all of them, since they write into the caller's array
      Throwable thrown = job.await();
      failure = failure == null ? thrown : failure;
    }
    Parallel.rethrow(failure);
  }

  @Override
  public void close() {
    pool.stop();
    cache.clear();
    provider.close();
  }

  /** Makes a plan and binds it to the worker's memory. */
  private static final class PlanJob extends Job {
    private final Shape input;
    private @Nullable ExecutionPlan plan;

    PlanJob(Shape input) {
      this.input = input;
    }

    @Override
    void run(Worker worker) {
      plan = worker.executor(input).plan();
    }
  }

  /** Times each step. */
  private static final class ProfileJob extends Job {
    private final Shape input;
    private final float[] images;
    private final int repetitions;
    private final Answers answers;
    private @Nullable Profile profile;

    ProfileJob(Shape input, float[] images, int repetitions, int classes) {
      this.input = input;
      this.images = images;
      this.repetitions = repetitions;
      this.answers = new Answers(new float[Math.multiplyExact(input.batch(), classes)], null);
    }

    @Override
    void run(Worker worker) {
      Executor executor = worker.executor(input);
      PeakProbe probe = PeakProbe.find();
      executor.run(images, 0, answers);
      List<Profile.Run> runs = new ArrayList<>();
      for (int i = 0; i < repetitions; i++) {
        runs.add(executor.time(images, answers, probe));
      }
      profile = new Profile(executor.plan(), runs, probe.reason());
    }
  }
}
