// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.Profile;
import io.cardinal.engine.platform.Handle;
import io.cardinal.engine.runtime.Answers;
import io.cardinal.engine.runtime.NetworkRuntime;
import io.cardinal.engine.spec.ResNeXtSpec;
import java.nio.file.Path;

/**
 * A network ready to run, for those who bring tensors; {@code io.cardinal.Classifier} takes images.
 *
 * <p>Any method may be called from any thread. {@link #close} waits for running calls and may be
 * called twice; every call after it that needs the network is an {@link IllegalStateException}.
 * Whoever opens a model closes it: nothing else frees its native memory. One that the garbage
 * collector finds open is reported in the log, with the place that opened it.
 *
 * <p>The same input gives the same bits whatever the batch size, the workers or the position in the
 * batch.
 */
public final class Model implements AutoCloseable {
  private final ModelInfo info;
  private final EngineOptions options;
  private final NetworkRuntime runtime;
  private final Handle handle;
  private final Object lock = new Object();
  private int running;
  private boolean isClosing;
  private boolean isFreed;

  private Model(ModelDefinition definition, EngineOptions options) {
    this.info = ModelInfo.of(definition);
    this.options = options;
    Graph graph = ResNeXt.build(definition.spec(), definition.tensors());
    this.runtime = new NetworkRuntime(graph, shape(1, usualHeight(), usualWidth()), options);
    try {
      this.handle = Handle.of(this, "the model " + info.name());
    } catch (RuntimeException | Error e) {
      runtime.close();
      throw e;
    }
  }

  /**
   * Opens a model file with default options.
   *
   * @param file a model file
   * @return the model; whoever opened it closes it
   */
  public static Model open(Path file) {
    return open(file, EngineOptions.defaults());
  }

  /**
   * Opens a model file, packs its weights and plans for one image of the usual size.
   *
   * @param file a model file
   * @param options how it runs
   * @return the model; whoever opened it closes it
   * @throws ModelException if the file is no usable model
   * @throws NativeException if the machine cannot run it
   * @throws java.io.UncheckedIOException if the file cannot be read, or if the thread is
   *     interrupted meanwhile (it stays interrupted)
   */
  public static Model open(Path file, EngineOptions options) {
    try (ModelFile model = ModelFile.open(file)) {
      return open(model.definition(), options);
    }
  }

  /**
   * Opens a network that is already described; its tensors are not read afterwards.
   *
   * @param definition the network and its tensors
   * @param options how it runs
   * @return the model; whoever opened it closes it
   */
  public static Model open(ModelDefinition definition, EngineOptions options) {
    return new Model(definition, options);
  }

  /**
   * Runs images through the network. A call of up to {@link EngineOptions#maxBatch} images runs on
   * one worker; a larger one is cut, and the workers share it. Interrupts do not end the call; the
   * thread stays interrupted.
   *
   * @param images float32, NHWC, red first, already preprocessed
   * @param batch images, 1 or more; any number
   * @param height rows of each
   * @param width columns of each
   * @return logits, [batch, classes] row by row; NaN for an image with a value that is not finite
   */
  public float[] infer(float[] images, int batch, int height, int width) {
    Shape all = shape(images, batch, height, width);
    float[] logits = new float[Math.multiplyExact(batch, info.classes())];
    run(images, all, new Answers(logits, null));
    return logits;
  }

  /**
   * The pooled vectors that go into the classifier: embeddings of the images.
   *
   * @param images as for {@link #infer}
   * @param batch images, 1 or more
   * @param height rows of each
   * @param width columns of each
   * @return [batch, features] row by row; {@link ResNeXtSpec#features} says how many
   */
  public float[] features(float[] images, int batch, int height, int width) {
    Shape all = shape(images, batch, height, width);
    float[] features = new float[Math.multiplyExact(batch, info.spec().features())];
    run(images, all, new Answers(null, features));
    return features;
  }

  /**
   * Logits and pooled vectors of one run, with the bits of {@link #infer} and {@link #features}.
   *
   * @param images as for {@link #infer}
   * @param batch images, 1 or more; any number
   * @param height rows of each
   * @param width columns of each
   * @return both, for all images
   */
  public Outputs outputs(float[] images, int batch, int height, int width) {
    Shape all = shape(images, batch, height, width);
    float[] logits = new float[Math.multiplyExact(batch, info.classes())];
    float[] features = new float[Math.multiplyExact(batch, info.spec().features())];
    run(images, all, new Answers(logits, features));
    return new Outputs(logits, features);
  }

  /** {@return what this model is} */
  public ModelInfo model() {
    return info;
  }

  /** {@return the options it runs with} */
  public EngineOptions options() {
    return options;
  }

  /**
   * {@return the plan for a batch of the usual size; it prints as a table}
   *
   * @param batch images, 1 or more
   */
  public ExecutionPlan plan(int batch) {
    return plan(batch, usualHeight(), usualWidth());
  }

  /**
   * {@return the plan for any input; it is made if it is not there, and prints as a table}
   *
   * @param batch images, 1 or more
   * @param height rows of each
   * @param width columns of each
   */
  public ExecutionPlan plan(int batch, int height, int width) {
    Shape input = shape(batch, height, width);
    enter();
    try {
      return runtime.plan(input);
    } finally {
      exit();
    }
  }

  /**
   * Times runs of the plan for a batch of the usual size, on images of ordinary numbers, on one
   * worker; called by several threads at once, on several.
   *
   * @param batch images, 1 or more
   * @param repetitions runs that are timed, 1 or more
   * @return the times of the runs and of their steps, and what the core can do at most
   */
  public Profile profile(int batch, int repetitions) {
    Shape input = shape(batch, usualHeight(), usualWidth());
    if (repetitions < 1) {
      throw new IllegalArgumentException("repetitions must be positive, not " + repetitions);
    }
    float[] images = new float[Math.toIntExact(input.elements())];
    for (int i = 0; i < images.length; i++) {
      images[i] = (i % 255) / 127f - 1;
    }
    enter();
    try {
      return runtime.profile(input, images, repetitions);
    } finally {
      exit();
    }
  }

  /**
   * Makes, on every worker that is free, the plans that {@link #infer} runs for so many images of
   * the usual size, and runs each: one for the batch or, above {@link EngineOptions#maxBatch}, one
   * for that many and one for what is left over.
   *
   * @param batch images, 1 or more; any number
   */
  public void warmUp(int batch) {
    Shape all = shape(batch, usualHeight(), usualWidth());
    enter();
    try {
      runtime.warmUp(all);
    } finally {
      exit();
    }
  }

  /** {@return the native bytes taken now: packed weights, arenas, scratchpads} */
  public long nativeBytes() {
    enter();
    try {
      return runtime.nativeBytes();
    } finally {
      exit();
    }
  }

  @Override
  public void close() {
    boolean isFirst;
    synchronized (lock) {
      isFirst = !isClosing;
      isClosing = true;
      boolean isInterrupted = false;
      while (isFirst ? running > 0 : !isFreed) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (isFirst) {
      try {
        runtime.close();
      } finally {
        handle.close();
        synchronized (lock) {
          isFreed = true;
          lock.notifyAll();
        }
      }
    }
  }

  private static Shape shape(float[] images, int batch, int height, int width) {
    Shape all = shape(batch, height, width);
    if (images.length != all.elements()) {
      throw new IllegalArgumentException(
          "expected " + all.elements() + " floats for " + all + ", found " + images.length);
    }
    return all;
  }

  private void run(float[] images, Shape all, Answers answers) {
    enter();
    try {
      runtime.infer(images, all, answers);
    } finally {
      exit();
    }
  }

  private void enter() {
    synchronized (lock) {
      if (isClosing) {
        throw new IllegalStateException("the model is closed");
      }
      running++;
    }
  }

  private void exit() {
    synchronized (lock) {
      running--;
      lock.notifyAll();
    }
  }

  private int usualHeight() {
    return info.preprocessing().height();
  }

  private int usualWidth() {
    return info.preprocessing().width();
  }

  private static Shape shape(int batch, int height, int width) {
    return new Shape(batch, height, width, ResNeXtSpec.INPUT_CHANNELS);
  }
}
