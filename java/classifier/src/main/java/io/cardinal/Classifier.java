// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelInfo;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.platform.Handle;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.image.Pixels;
import io.cardinal.image.Preprocessor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Classifies images.
 *
 * <p>Any method may be called from any thread. {@link #close} waits for running calls and may be
 * called twice, by several threads at once; every call after it that needs the network is an {@link
 * IllegalStateException}. Whoever opens a classifier closes it; one that the garbage collector
 * finds open is reported in the log, with the place that opened it.
 *
 * <p>An interrupt ends a wait for room in the queue ({@link
 * java.util.concurrent.RejectedExecutionException}), a run over many files ({@link
 * IllegalStateException}) and the reading of a model file, and nothing else; the thread stays
 * interrupted.
 *
 * <p>Several class loaders of a process may have these jars, as applications of a server do that
 * bring them along: each loads native libraries of its own. {@link
 * io.cardinal.engine.NativeLibraries#release} lets them go with their application. Where the
 * libraries were prepared ({@code cardinal doctor --prepare}), one class loader has them, and the
 * jars belong where all applications share them.
 *
 * <p>The same image gives the same bits, alone or in any batch, on any worker.
 */
public final class Classifier implements AutoCloseable {
  private final Options options;
  private final Model model;
  private final Preprocessor preprocessor;
  private final Meter meter;
  private final Network network;
  private final Pictures pictures;
  private final SubmissionQueue submissions;
  private final Handle handle;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private Classifier(Model model, Options options) {
    this.model = model;
    this.options = options;
    this.preprocessor = options.preprocessor(model.model().preprocessing());
    this.pictures = options.pictures(preprocessor);
    this.meter = new Meter(options.metrics());
    this.network = new Network(model, preprocessor, meter);
    this.submissions = new SubmissionQueue(network, options, meter);
    this.handle = Handle.of(this, "the classifier of the model " + model.model().name());
  }

  private static Classifier of(Model model, Options options) {
    Classifier classifier;
    try {
      classifier = new Classifier(model, options);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    classifier.meter.opened(classifier);
    return classifier;
  }

  /**
   * {@return a classifier with {@link Options#throughput()}; whoever opened it closes it}
   *
   * @param file a model file
   */
  public static Classifier open(Path file) {
    return open(file, Options.throughput());
  }

  /**
   * Opens a model file.
   *
   * @param file a model file
   * @param options how it runs and what it refuses
   * @return the classifier; whoever opened it closes it
   * @throws io.cardinal.engine.ModelException if the file is no usable model
   * @throws io.cardinal.engine.NativeException if the machine cannot run it; the message has the
   *     whole cause
   * @throws UncheckedIOException if the file cannot be read, or if the thread is interrupted
   *     meanwhile (it stays interrupted)
   */
  public static Classifier open(Path file, Options options) {
    NativeCache.prepare(); // before the image decoder loads a native library
    return of(Model.open(file, options.engine()), options);
  }

  /**
   * {@return a classifier of a network that is already described; whoever opened it closes it}
   *
   * @param definition the network and its tensors, which are not read afterwards
   * @param options how it runs and what it refuses
   */
  public static Classifier open(ModelDefinition definition, Options options) {
    NativeCache.prepare();
    return of(Model.open(definition, options.engine()), options);
  }

  /**
   * Classifies an image file.
   *
   * @param file the image file
   * @return the ranked classes
   * @throws io.cardinal.image.ImageException if the image is refused, with the reason
   * @throws UncheckedIOException if the file cannot be read
   */
  public Classification classify(Path file) {
    return metered(() -> answer(tensor(file)));
  }

  /**
   * Classifies an image.
   *
   * @param file the bytes of an image file
   * @return the ranked classes
   * @throws io.cardinal.image.ImageException if the image is refused, with the reason
   */
  public Classification classify(byte[] file) {
    return metered(() -> answer(tensor(file)));
  }

  /**
   * Classifies an image from a stream, which is read to its end, or to one byte beyond {@link
   * Options#maxFileBytes}; it is not closed.
   *
   * @param file gives the bytes of one image file
   * @return the ranked classes
   * @throws io.cardinal.image.ImageException if the image is refused, with the reason
   * @throws UncheckedIOException if the stream cannot be read
   */
  public Classification classify(InputStream file) {
    return metered(() -> answer(tensor(read(file))));
  }

  /**
   * Classifies a picture in memory, of any type: the red, green and blue that its colour model
   * gives, grey samples as they are. Alpha is dropped, never blended. Where the library that read
   * it got the pixels right, the answer has the bits of {@link #classify(byte[])}.
   *
   * @param image must not change during the call
   * @return the ranked classes
   * @throws io.cardinal.image.ImageException if it has more than {@link Options#maxPixels}, or
   *     cannot be brought to the input's size
   */
  public Classification classify(BufferedImage image) {
    return metered(() -> answer(normalised(pictures.input(image))));
  }

  /**
   * Classifies image files in batches, decoding ahead.
   *
   * @param files the image files
   * @return one answer a file, in the same order
   * @throws io.cardinal.image.ImageException if an image is refused: the first one in the list
   * @throws UncheckedIOException if a file cannot be read
   */
  public List<Classification> classifyAll(List<Path> files) {
    List<Classification> answers = new ArrayList<>();
    classifyEach(files.iterator(), file -> file, outcome -> answers.add(outcome.orThrow()));
    return answers;
  }

  /**
   * Classifies any number of image files in batches, in a bounded amount of memory: while the
   * network runs on some, the next ones are read and decoded.
   *
   * @param <T> what stands for a file
   * @param items what to classify; asked for one by one, on the calling thread
   * @param file gives the image file of an item, on a decoding thread; an {@link
   *     java.nio.file.InvalidPathException} from it becomes the item's failure
   * @param consumer takes each item's outcome in order, on the calling thread; what it throws ends
   *     the run and comes out of this method
   * @return how the time was spent
   */
  public <T> PipelineStatistics classifyEach(
      Iterator<T> items, Function<T, Path> file, Consumer<Outcome<T>> consumer) {
    return classifySources(
        items, item -> ImageSource.of(file.apply(item)), RunOptions.defaults(), consumer);
  }

  /**
   * As {@link #classifyEach(Iterator, Function, Consumer)}, for bytes from anywhere. To end a run
   * early, let {@code items} end: what has begun is finished and delivered.
   *
   * @param <T> what stands for an image file
   * @param items what to classify; asked for one by one, on the calling thread. {@link LoadedItems}
   *     say what memory they bring along
   * @param source gives an item's bytes, on a decoding thread. An {@link
   *     io.cardinal.image.ImageException}, {@link UncheckedIOException} or {@link
   *     java.nio.file.InvalidPathException} from it, or from reading the bytes, becomes the item's
   *     failure
   * @param run what is given besides the answers
   * @param consumer takes each item's outcome in order, on the calling thread; what it throws ends
   *     the run and comes out of this method
   * @return how the time was spent
   */
  public <T> PipelineStatistics classifySources(
      Iterator<? extends T> items,
      Function<? super T, ImageSource> source,
      RunOptions run,
      Consumer<? super Outcome<T>> consumer) {
    try (Pipeline<T> pipeline = new Pipeline<>(this, source, run)) {
      return pipeline.run(items, consumer);
    }
  }

  /**
   * {@return a result or an exception for each file, in the same order}
   *
   * @param files the image files; classified in batches, decoding ahead
   */
  public List<Outcome<Path>> classifyEach(List<Path> files) {
    List<Outcome<Path>> outcomes = new ArrayList<>();
    classifyEach(files.iterator(), file -> file, outcomes::add);
    return outcomes;
  }

  /**
   * Classifies an image some time soon, in a batch with others that are submitted about then: for
   * servers, where each request has one image. The same bits as {@link #classify(byte[])}.
   *
   * <p>The image waits in a queue of {@link Options#queue}, is decoded on the classifier's threads,
   * and waits for others at most {@link Options#window}. When the queue is full, {@link
   * Options#overflow} holds. The future fails with what {@code classify} would throw, as the cause.
   *
   * <p>Completing the future early, such as by {@code cancel}, frees the place in the queue; what
   * nobody waits for is not computed, unless the network is at it already.
   *
   * <p>Actions that hang on the future ({@code thenAccept}, ...) run on four threads of the
   * classifier, or, as with any such future, on a thread that adds them late or waits. One that
   * throws or blocks cannot harm decoding or the network, but four that block keep other futures
   * from being completed, and {@link #close} waits for all of them: give slow ones an executor of
   * your own ({@code thenAcceptAsync}). On these four threads {@code submit} never waits for room,
   * it rejects, and {@code close} is an {@link IllegalStateException}.
   *
   * @param file the bytes of an image file; must not change until the future is done
   * @return the ranked classes, some time
   * @throws java.util.concurrent.RejectedExecutionException if the queue is full, or if the thread
   *     is interrupted while it waits for room (it stays interrupted)
   * @throws IllegalStateException if the classifier is closed, or closes while this call waits
   */
  public CompletableFuture<Classification> submit(byte[] file) {
    return submissions.submit(() -> tensor(file), options.deadline().orElse(null));
  }

  /**
   * As {@link #submit(byte[])}, with a deadline.
   *
   * @param file the bytes of an image file; must not change until the future is done
   * @param longest how long it may take from now, the wait for room included; above zero. Then the
   *     future fails with a {@link java.util.concurrent.TimeoutException} as the cause
   * @return the ranked classes, some time
   */
  public CompletableFuture<Classification> submit(byte[] file, Duration longest) {
    Options.checkDeadline(longest);
    return submissions.submit(() -> tensor(file), longest);
  }

  /**
   * {@return as {@link #submit(byte[])}, the ranked classes, some time}
   *
   * @param file the image file; read on the classifier's threads
   */
  public CompletableFuture<Classification> submit(Path file) {
    return submissions.submit(() -> tensor(file), options.deadline().orElse(null));
  }

  /**
   * {@return as {@link #submit(byte[], Duration)}, the ranked classes, some time}
   *
   * @param file the image file; read on the classifier's threads
   * @param longest how long it may take from now; above zero
   */
  public CompletableFuture<Classification> submit(Path file, Duration longest) {
    Options.checkDeadline(longest);
    return submissions.submit(() -> tensor(file), longest);
  }

  /**
   * {@return the pooled vector of an image file: what the last layer makes the classes of, to
   * compare images by; as many floats as {@code model().spec().features()} says}
   *
   * @param file the image file
   * @throws io.cardinal.image.ImageException if the image is refused, with the reason
   * @throws UncheckedIOException if the file cannot be read
   */
  public float[] features(Path file) {
    return metered(() -> network.features(tensor(file)));
  }

  /**
   * {@return the pooled vector of an image, as {@link #features(Path)}}
   *
   * @param file the bytes of an image file
   */
  public float[] features(byte[] file) {
    return metered(() -> network.features(tensor(file)));
  }

  /**
   * As {@link #classifyEach(Iterator, Function, Consumer)}, where each outcome with an answer has
   * {@link Outcome#features} too.
   *
   * @param <T> what stands for a file
   * @param items what to classify
   * @param file gives the image file of an item
   * @param consumer takes each item's outcome in order
   * @return how the time was spent
   */
  public <T> PipelineStatistics featuresEach(
      Iterator<T> items, Function<T, Path> file, Consumer<Outcome<T>> consumer) {
    return classifySources(
        items,
        item -> ImageSource.of(file.apply(item)),
        RunOptions.defaults().withFeatures(true),
        consumer);
  }

  /**
   * Runs tensors through the network, as {@link Model#infer}.
   *
   * @param images float32, NHWC, red first, already preprocessed
   * @param batch images, 1 or more
   * @param height rows of each
   * @param width columns of each
   * @return logits, [batch, classes] row by row
   */
  public float[] infer(float[] images, int batch, int height, int width) {
    return model.infer(images, batch, height, width);
  }

  /** {@return labels, input size, preprocessing, architecture, digest} */
  public ModelInfo model() {
    return model.model();
  }

  /**
   * {@return the plan for a batch; it prints as a table}
   *
   * @param batch images, 1 or more
   */
  public ExecutionPlan plan(int batch) {
    return model.plan(batch);
  }

  /**
   * Makes the plans that a call with so many images runs, on every worker that is free, and runs
   * them.
   *
   * @param batch images, 1 or more
   */
  public void warmUp(int batch) {
    model.warmUp(batch);
  }

  /** {@return native bytes that the network takes now} */
  public long nativeBytes() {
    return model.nativeBytes();
  }

  /** {@return images that were submitted and wait to be decoded, now} */
  public int queued() {
    return submissions.waiting();
  }

  /** {@return the options it was opened with} */
  public Options options() {
    return options;
  }

  /**
   * Accepts no more submissions, answers those that were accepted, waits for them and for all
   * running calls, and frees the native memory. Cancel the futures that need no answer any more.
   */
  @Override
  public void close() {
    submissions.close();
    if (!isClosed.getAndSet(true)) {
      meter.closed(this);
    }
    model.close();
    handle.close();
  }

  /** The input tensor of an image file: height x width x 3 floats. */
  float[] tensor(Path file) {
    return normalised(pictures.input(ImageSource.of(file)));
  }

  private float[] tensor(byte[] file) {
    return normalised(pictures.input(file));
  }

  private float[] normalised(Pixels input) {
    float[] tensor = new float[network.tensorLength()];
    normalise(input, tensor, 0);
    return tensor;
  }

  /** Writes the floats of a picture of the network's size. */
  void normalise(Pixels input, float[] tensors, int offset) {
    preprocessor.normalise(input, tensors, offset);
  }

  Pictures pictures() {
    return pictures;
  }

  Network network() {
    return network;
  }

  Meter meter() {
    return meter;
  }

  private Classification answer(float[] tensor) {
    return network.classify(tensor, 1).get(0);
  }

  /** Tells how an image ended. What misuse throws is no end of an image. */
  private <T> T metered(Supplier<T> call) {
    long start = System.nanoTime();
    try {
      T answer = call.get();
      meter.ended(Metrics.End.ANSWERED, start);
      return answer;
    } catch (RuntimeException e) {
      if (!(e instanceof IllegalStateException)) {
        meter.ended(e, start);
      }
      throw e;
    }
  }

  private byte[] read(InputStream in) {
    try {
      return bytes(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] bytes(InputStream in) throws IOException {
    return in.readNBytes((int) Math.min(options.maxFileBytes(), Integer.MAX_VALUE - 9) + 1);
  }
}
