// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.ResNeXtSpec;

/**
 * What an open model is.
 *
 * @param name the architecture's name
 * @param spec the network
 * @param preprocessing how images become its input; its height and width are the usual input size
 * @param metadata labels, origin, licence, published accuracy
 * @param digest SHA-256 of the model file, or of what stands for it; may be empty
 */
public record ModelInfo(
    String name,
    ResNeXtSpec spec,
    Preprocessing preprocessing,
    ModelMetadata metadata,
    String digest) {
  static ModelInfo of(ModelDefinition definition) {
    return new ModelInfo(
        definition.name(),
        definition.spec(),
        definition.preprocessing(),
        definition.metadata(),
        definition.digest());
  }

  /** {@return the number of classes} */
  public int classes() {
    return spec.classes();
  }
}
