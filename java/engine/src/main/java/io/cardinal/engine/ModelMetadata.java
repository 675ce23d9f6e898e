// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a model file says about itself besides the network.
 *
 * @param labels the name shown for each class, in class order
 * @param labelIds the WordNet id of each class, or empty where none are known
 * @param sourceName file name of the checkpoint that the model was made of; may be empty
 * @param sourceSha256 its SHA-256 in hexadecimal digits; may be empty
 * @param licence the weights' licence as its source states it; may be empty
 * @param accuracy published figures by name ({@code top1}, {@code top5}), fractions of 1
 */
public record ModelMetadata(
    List<String> labels,
    List<String> labelIds,
    String sourceName,
    String sourceSha256,
    String licence,
    Map<String, Double> accuracy) {
  /**
   * Copies the lists and the map.
   *
   * @param labels the name shown for each class, in class order
   * @param labelIds the WordNet id of each class, or empty where none are known
   * @param sourceName file name of the checkpoint that the model was made of; may be empty
   * @param sourceSha256 its SHA-256 in hexadecimal digits; may be empty
   * @param licence the weights' licence as its source states it; may be empty
   * @param accuracy published figures by name ({@code top1}, {@code top5}), fractions of 1
   */
  public ModelMetadata {
    labels = List.copyOf(labels);
    labelIds = List.copyOf(labelIds);
    accuracy = Map.copyOf(accuracy);
    if (!labelIds.isEmpty() && labelIds.size() != labels.size()) {
      throw new IllegalArgumentException(
          labelIds.size() + " label ids do not fit " + labels.size() + " labels");
    }
  }

  /**
   * {@return labels {@code class 0}, {@code class 1} and so on, for a network whose classes have no
   * names}
   *
   * @param classes how many
   */
  public static ModelMetadata unnamed(int classes) {
    List<String> labels = IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    return new ModelMetadata(labels, List.of(), "", "", "", Map.of());
  }
}
