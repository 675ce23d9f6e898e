// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.safetensors.InputFile;
import io.cardinal.engine.safetensors.SafetensorsFile;
import io.cardinal.engine.safetensors.SafetensorsWriter;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Cardinal model file: a safetensors file that also says which network it holds, how images are
 * prepared for it and what its classes are called ({@code docs/model-file.md}).
 *
 * <p>Thread-safe. The definition's tensors read from the file until it is closed.
 */
public final class ModelFile implements AutoCloseable {
  private final SafetensorsFile file;
  private final ModelDefinition definition;

  private ModelFile(SafetensorsFile file, ModelDefinition definition) {
    this.file = file;
    this.definition = definition;
  }

  /**
   * Opens a model file and checks all of it but the values of its parameters.
   *
   * @param path the file
   * @return the file, held open until it is closed
   * @throws ModelException if it is no sound model file, or one of a newer format
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static ModelFile open(Path path) {
    return of(SafetensorsFile.open(path));
  }

  /**
   * As {@link #open(Path)}, on a model file in memory, such as a resource of a jar.
   *
   * @param name what messages call it
   * @param content must not change until {@link #close}
   * @return the file, its content held until it is closed
   * @throws ModelException if it is no sound model file, or one of a newer format
   */
  public static ModelFile open(String name, byte[] content) {
    return of(SafetensorsFile.open(InputFile.of(Path.of(name), content)));
  }

  private static ModelFile of(SafetensorsFile file) {
    try {
      return new ModelFile(file, read(file));
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /**
   * Whether a file is a Cardinal model file of any format, sound or not. A checkpoint, even one in
   * a safetensors file, is none.
   *
   * @param path the file
   * @return whether its metadata states a format of ours
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static boolean isModelFile(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return file.metadata().containsKey(ModelFileMetadata.FORMAT);
    } catch (ModelException e) {
      return false;
    }
  }

  /**
   * Writes a model file as a whole, or leaves what is there untouched. The same definition gives
   * the same bytes.
   *
   * @param path the file; its folder must exist
   * @param definition the network, its tensors and what is known of them
   * @throws ModelException if a parameter is missing or has the wrong shape
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void write(Path path, ModelDefinition definition) {
    Map<String, Tensor> tensors = parameters("the model", definition.spec(), definition.tensors());
    SafetensorsWriter.write(path, ModelFileMetadata.write(definition), tensors);
  }

  /**
   * As {@link #write(Path, ModelDefinition)}, to a channel, which stays open.
   *
   * @param channel where the file's bytes go, from where it stands
   * @param definition the network, its tensors and what is known of them
   * @throws ModelException if a parameter is missing or has the wrong shape
   * @throws IOException if it cannot be written
   */
  public static void write(WritableByteChannel channel, ModelDefinition definition)
      throws IOException {
    Map<String, Tensor> tensors = parameters("the model", definition.spec(), definition.tensors());
    SafetensorsWriter.write(channel, ModelFileMetadata.write(definition), tensors);
  }

  /** {@return what the file holds; its tensors can be read until {@link #close}} */
  public ModelDefinition definition() {
    return definition;
  }

  /** {@return the file's metadata as it stands there, those of other tools included} */
  public Map<String, String> metadata() {
    return file.metadata();
  }

  /** Closes the file; the definition's tensors cannot be read afterwards. */
  @Override
  public void close() {
    file.close();
  }

  private static ModelDefinition read(SafetensorsFile file) {
    String name = file.file().name();
    ModelFileMetadata metadata = ModelFileMetadata.read(name, file.metadata());
    Map<String, Tensor> tensors = parameters(name, metadata.spec(), file.tensors());
    return new ModelDefinition(
        metadata.name(),
        metadata.spec(),
        metadata.preprocessing(),
        metadata.metadata(),
        file.file().sha256(),
        tensors);
  }

  /** The parameters of a network in the order of its state dict, each of the right shape. */
  private static Map<String, Tensor> parameters(
      String file, ResNeXtSpec spec, Map<String, Tensor> tensors) {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, List<Integer>> entry : ResNeXt.parameterShapes(spec).entrySet()) {
      String key = entry.getKey();
      Tensor tensor = tensors.get(key);
      if (tensor == null) {
        throw new ModelException(
            Reason.MISSING_TENSOR,
            file + " has no tensor " + key,
            "shape " + entry.getValue(),
            "nothing of that name",
            "import the checkpoint again");
      }
      if (!tensor.shape().equals(entry.getValue())) {
        throw new ModelException(
            Reason.WRONG_SHAPE,
            file + ": tensor " + key + " does not fit the network",
            "shape " + entry.getValue(),
            tensor.shape().toString(),
            "import the checkpoint again");
      }
      parameters.put(key, tensor);
    }
    return parameters;
  }
}
