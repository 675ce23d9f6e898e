// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelInfo;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.image.ImageDecoder;
import io.cardinal.image.Preprocessor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Classifies images.
 *
 * <p>Any method may be called from any thread. {@link #close} waits for running calls and may be
 * called twice; every other call after it is an {@link IllegalStateException}. Whoever opens a
 * classifier closes it.
 *
 * <p>The same image gives the same bits, alone or in any batch, on any worker.
 */
public final class Classifier implements AutoCloseable {
  private final Options options;
  private final Model model;
  private final ImageDecoder decoder;
  private final Preprocessor preprocessor;

  private Classifier(Model model, Options options) {
    this.model = model;
    this.options = options;
    this.decoder = options.decoder();
    this.preprocessor = Preprocessors.of(model.model().preprocessing());
  }

  /** Opens a model file with {@link Options#throughput()}. */
  public static Classifier open(Path file) {
    return open(file, Options.throughput());
  }

  /**
   * Opens a model file.
   *
   * @throws io.cardinal.engine.ModelException if the file is no usable model
   * @throws io.cardinal.engine.NativeException if the machine cannot run it; the message has the
   *     whole cause
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Classifier open(Path file, Options options) {
    NativeCache.prepare(); // before the image decoder loads a native library
    return new Classifier(Model.open(file, options.engine()), options);
  }

  /** Opens a network that is already described; its tensors are not read afterwards. */
  public static Classifier open(ModelDefinition definition, Options options) {
    NativeCache.prepare();
    return new Classifier(Model.open(definition, options.engine()), options);
  }

  /**
   * Classifies an image file.
   *
   * @throws io.cardinal.image.ImageException if the image is refused, with the reason
   * @throws UncheckedIOException if the file cannot be read
   */
  public Classification classify(Path file) {
    return classify(read(file));
  }

  /**
   * Classifies an image.
   *
   * @param file the bytes of an image file
   * @throws io.cardinal.image.ImageException if the image is refused, with the reason
   */
  public Classification classify(byte[] file) {
    int height = preprocessor.outputHeight();
    int width = preprocessor.outputWidth();
    return new Classification(
        model.infer(preprocessor.tensor(decoder.decode(file)), 1, height, width), model.model());
  }

  /**
   * Classifies image files in batches, decoding ahead.
   *
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
   * @param items what to classify; asked for one by one, on the calling thread
   * @param file gives the image file of an item, on a decoding thread; an {@link
   *     java.nio.file.InvalidPathException} from it becomes the item's failure
   * @param consumer takes each item's outcome in order, on the calling thread; what it throws ends
   *     the run and comes out of this method
   * @return how the time was spent
   */
  public <T> PipelineStatistics classifyEach(
      Iterator<T> items, Function<T, Path> file, Consumer<Outcome<T>> consumer) {
    try (Pipeline<T> pipeline = new Pipeline<>(this, file)) {
      return pipeline.run(items, consumer);
    }
  }

  /**
   * Runs tensors through the network, as {@link Model#infer}.
   *
   * @param images float32, NHWC, red first, already preprocessed
   * @return logits, [batch, classes] row by row
   */
  public float[] infer(float[] images, int batch, int height, int width) {
    return model.infer(images, batch, height, width);
  }

  /** Labels, input size, preprocessing, architecture, digest. */
  public ModelInfo model() {
    return model.model();
  }

  /** The plan for a batch; it prints as a table. */
  public ExecutionPlan plan(int batch) {
    return model.plan(batch);
  }

  /** Makes the plan for a batch on every worker that is free, and runs it. */
  public void warmUp(int batch) {
    model.warmUp(batch);
  }

  /** Native bytes that the network takes now. */
  public long nativeBytes() {
    return model.nativeBytes();
  }

  /** The options it was opened with. */
  public Options options() {
    return options;
  }

  @Override
  public void close() {
    model.close();
  }

  /** The input tensor of an image file: height x width x 3 floats. */
  float[] tensor(Path file) {
    return preprocessor.tensor(decoder.decode(read(file)));
  }

  int tensorLength() {
    return preprocessor.outputLength();
  }

  /** The answers for some tensors that stand behind each other. */
  List<Classification> classify(float[] tensors, int count) {
    if (count == 0) {
      return List.of();
    }
    float[] logits =
        model.infer(tensors, count, preprocessor.outputHeight(), preprocessor.outputWidth());
    int classes = model.model().classes();
    List<Classification> answers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float[] own = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
      answers.add(new Classification(own, model.model()));
    }
    return answers;
  }

  /** Reads a file, but no more of it than the decoder takes; a FIFO or device is not opened. */
  private byte[] read(Path file) {
    long limit = options.maxFileBytes();
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw Files.isReadable(file)
            ? new FileSystemException(file.toString(), null, "not a regular file")
            : new AccessDeniedException(file.toString());
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes((int) Math.min(limit, Integer.MAX_VALUE - 9) + 1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
