// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import io.cardinal.Prediction;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A picture with what the network says of it.
 *
 * @param name the image
 * @param picture the image made small, as a data URI; null where there is none
 * @param isSmall whether the picture is shown larger than it is
 * @param answers the first classes, best first
 * @param truth the true class's label; null where it is not known
 */
record Card(
    String name,
    @Nullable String picture,
    boolean isSmall,
    List<Prediction> answers,
    @Nullable String truth) {
  /** How many classes a card has room for. */
  static final int ANSWERS = 3;

  static Card of(
      String name,
      Optional<BufferedImage> preview,
      List<Prediction> answers,
      @Nullable String truth) {
    return new Card(
        VisibleText.bounded(name),
        preview.map(DataUri::ofPhotograph).orElse(null),
        preview.map(DataUri::isSmall).orElse(false),
        answers.subList(0, Math.min(ANSWERS, answers.size())),
        truth);
  }
}
