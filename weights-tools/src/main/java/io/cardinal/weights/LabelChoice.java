// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.ModelMetadata;
import io.cardinal.weights.map.TimmConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Chooses the metadata; labels: the user's, else those of config.json, else ImageNet's, else
 * numbers.
 */
final class LabelChoice {
  private static final Pattern WORDNET_ID = Pattern.compile("n\\d{8}");

  private LabelChoice() {}

  static ModelMetadata choose(
      String file,
      String sha256,
      int classes,
      Optional<TimmConfig> config,
      ImportOptions options,
      List<String> warnings) {
    String licence = config.map(TimmConfig::licence).orElse("");
    List<String> names = config.map(TimmConfig::labelNames).orElse(List.of());
    List<String> labels;
    List<String> ids = List.of();
    List<String> given = options.labels();
    if (!given.isEmpty()) {
      checkCount(file, "the labels given", classes, given.size());
      labels = given;
    } else if (!names.isEmpty()) {
      checkCount(file, "the labels of config.json", classes, names.size());
      boolean areIds = names.stream().allMatch(name -> WORDNET_ID.matcher(name).matches());
      ids = areIds ? names : List.of();
      labels = names.stream().map(name -> shown(config.orElseThrow(), name)).toList();
    } else if (classes == ImageNetClasses.COUNT) {
      ids = ImageNetClasses.ids();
      labels = ImageNetClasses.labels();
    } else {
      labels = ModelMetadata.unnamed(classes).labels();
      warnings.add("no labels are known for its " + classes + " classes; give a label file");
    }
    return new ModelMetadata(labels, ids, file, sha256, licence, options.accuracy());
  }

  /** An id shows as the first name of its description, words as they are. */
  private static String shown(TimmConfig config, String name) {
    String description = config.description(name);
    if (!WORDNET_ID.matcher(name).matches() || description.isEmpty()) {
      return name;
    }
    return firstName(description);
  }

  /** The first of several names with commas between. */
  static String firstName(String names) {
    int comma = names.indexOf(',');
    return (comma < 0 ? names : names.substring(0, comma)).strip();
  }

  private static void checkCount(String file, String what, int classes, int found) {
    if (found != classes) {
      throw new ModelException(
          Reason.LABEL_COUNT,
          file + ": " + what + " do not fit the network",
          classes + " labels, one a class",
          Integer.toString(found),
          "give a label file with one line a class");
    }
  }
}
