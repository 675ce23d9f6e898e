// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import io.cardinal.engine.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An open checkpoint, whatever its container. Its tensors read from the file until it is closed.
 * Safe for use by several threads.
 */
public final class Checkpoint implements AutoCloseable {
  private final InputFile file;
  private final String container;
  private final Dict root;
  private final List<String> globals;
  private final Map<String, String> metadata;

  Checkpoint(
      InputFile file,
      String container,
      Dict root,
      List<String> globals,
      Map<String, String> metadata) {
    this.file = file;
    this.container = container;
    this.root = root;
    this.globals = List.copyOf(globals);
    this.metadata = metadata;
  }

  /**
   * Opens a checkpoint; its content decides what it is, never its name.
   *
   * @throws ModelException if it is damaged, hostile, or of a container that is not read
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static Checkpoint open(Path path) {
    return open(InputFile.open(path));
  }

  /**
   * As {@link #open(Path)}, on a file that is open already; it is closed with this, or on failure.
   */
  public static Checkpoint open(InputFile file) {
    try {
      return switch (Container.of(file)) {
        case TORCH_LEGACY -> TorchLegacy.read(file);
        case ZIP -> TorchZip.read(file);
        case SAFETENSORS -> safetensors(file);
      };
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static Checkpoint safetensors(InputFile file) {
    SafetensorsFile tensors = SafetensorsFile.open(file);
    Dict root = new Dict();
    tensors.tensors().forEach(root::put);
    return new Checkpoint(file, "safetensors", root, List.of(), tensors.metadata());
  }

  /** Makes a checkpoint of what a pickle gave. */
  static Checkpoint ofPickle(InputFile file, String container, Object root, List<String> globals) {
    if (!(root instanceof Dict dict)) {
      throw new ModelException(
          Reason.NO_TENSORS,
          file.name() + " holds no named tensors",
          "a dictionary of tensors (a state dict)",
          PickleValues.describe(root),
          "save model.state_dict()");
    }
    return new Checkpoint(file, container, dict, globals, Map.of());
  }

  /** The file. */
  public InputFile file() {
    return file;
  }

  /** The container's name, such as {@code torch.save (zip)}. */
  public String container() {
    return container;
  }

  /** What the file holds. */
  public Dict root() {
    return root;
  }

  /** The globals that a pickle names, in order of first use; empty in other containers. */
  public List<String> globals() {
    return globals;
  }

  /** Free-form metadata of a safetensors file; empty in other containers. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {
    file.close();
  }
}
