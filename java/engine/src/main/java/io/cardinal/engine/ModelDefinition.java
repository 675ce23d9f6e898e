// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.tensor.Tensor;
import java.util.Map;

/**
 * Everything a model file holds: the network, its preprocessing, its labels and its parameters.
 *
 * <p>The tensors go by torchvision's names ({@code layer1.0.conv2.weight}), convolutions are
 * [outputs, inputs / groups, height, width], batch normalisation is not folded. Their elements are
 * read on demand; whoever made the tensors says how long that works.
 *
 * @param name the architecture's name where it has one, else a description such as {@code
 *     resnext29_8x4d}
 * @param spec the network
 * @param preprocessing how images become its input
 * @param metadata labels and origin
 * @param digest SHA-256 of the model file in hexadecimal digits, or of what stands for it; may be
 *     empty where there is no file
 * @param tensors by name
 */
public record ModelDefinition(
    String name,
    ResNeXtSpec spec,
    Preprocessing preprocessing,
    ModelMetadata metadata,
    String digest,
    Map<String, Tensor> tensors) {
  /**
   * Copies the map of tensors.
   *
   * @param name the architecture's name where it has one, else a description such as {@code
   *     resnext29_8x4d}
   * @param spec the network
   * @param preprocessing how images become its input
   * @param metadata labels and origin
   * @param digest SHA-256 of the model file in hexadecimal digits, or of what stands for it; may be
   *     empty where there is no file
   * @param tensors by name
   */
  public ModelDefinition {
    tensors = Map.copyOf(tensors);
    if (metadata.labels().size() != spec.classes()) {
      throw new ModelException(
          ModelException.Reason.LABEL_COUNT,
          "the labels do not fit the network",
          spec.classes() + " labels, one a class",
          Integer.toString(metadata.labels().size()),
          "give a label file with one line a class");
    }
  }
}
