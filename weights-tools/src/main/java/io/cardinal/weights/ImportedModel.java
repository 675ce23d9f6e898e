// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.weights.read.Checkpoint;
import java.util.List;

/**
 * A checkpoint as a model. Its tensors read from the checkpoint until this is closed. Thread-safe.
 */
public final class ImportedModel implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final ModelDefinition definition;
  private final List<String> warnings;
  private final String layout;

  ImportedModel(
      Checkpoint checkpoint, ModelDefinition definition, List<String> warnings, String layout) {
    this.checkpoint = checkpoint;
    this.definition = definition;
    this.warnings = List.copyOf(warnings);
    this.layout = layout;
  }

  /**
   * The model; its tensors can be read until {@link #close}. Its digest is the checkpoint's.
   *
   * @return the model
   */
  public ModelDefinition definition() {
    return definition;
  }

  /** {@return what the user should know, a sentence each; empty if all is well} */
  public List<String> warnings() {
    return warnings;
  }

  /** {@return the container's name, such as {@code torch.save (zip)}} */
  public String container() {
    return checkpoint.container();
  }

  /** {@return where in the checkpoint the tensors were: wrapper and prefixes; may be empty} */
  public String layout() {
    return layout;
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
