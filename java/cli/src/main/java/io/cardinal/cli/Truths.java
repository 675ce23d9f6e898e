// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.ModelMetadata;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a stated truth is as a class: a WordNet id, a label, or an index. */
final class Truths {
  private static final int SHOWN = 5;

  private final ModelMetadata metadata;
  private final Map<String, Integer> classes = new HashMap<>();
  private final Set<String> ambiguous = new HashSet<>();

  Truths(ModelMetadata metadata) {
    this.metadata = metadata;
    List<String> labels = metadata.labels();
    for (int i = 0; i < labels.size(); i++) {
      if (classes.putIfAbsent(labels.get(i), i) != null) {
        ambiguous.add(labels.get(i));
      }
    }
    List<String> ids = metadata.labelIds();
    for (int i = 0; i < ids.size(); i++) {
      classes.put(ids.get(i), i); // an id stands for one class, whatever a label is called
    }
  }

  /**
   * The class; {@link UsageException} if the model has none of that name.
   *
   * @param truth what was stated
   * @param where who stated it, for the message
   */
  int classOf(String truth, String where) {
    if (ambiguous.contains(truth)) {
      throw new UsageException(
          where + ": several classes are called '" + truth + "'; give the WordNet id or the index");
    }
    Integer known = classes.get(truth);
    if (known != null) {
      return known;
    }
    try {
      int index = Integer.parseInt(truth);
      if (index >= 0 && index < metadata.labels().size()) {
        return index;
      }
    } catch (NumberFormatException e) {
      throw unknown(truth, where);
    }
    throw unknown(truth, where);
  }

  private UsageException unknown(String truth, String where) {
    List<String> labels = metadata.labels();
    String some = String.join(", ", labels.subList(0, Math.min(SHOWN, labels.size())));
    String ids =
        metadata.labelIds().isEmpty() ? "" : ", a WordNet id such as " + metadata.labelIds().get(0);
    return new UsageException(
        where
            + ": expected a label such as "
            + some
            + ids
            + ", or an index below "
            + labels.size()
            + "; found '"
            + truth
            + "'");
  }
}
