// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cardinal.Classifier;
import io.cardinal.engine.ModelInfo;
import io.cardinal.engine.kernels.KernelTable;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.kernels.onednn.OneDnn;
import io.cardinal.engine.plan.PlanStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Everything but the inputs' names and bytes that rows follow from: two runs of one identity over
 * the same inputs give the same bytes. Immutable.
 *
 * @param fields what was said or found: texts, and the preprocessing as an object
 */
record RunIdentity(ObjectNode fields) {
  /**
   * Options that no row depends on, or that other fields stand for: the model's digest for its
   * name, the preprocessing for what changes it, the kernels in use for those asked for. Any option
   * that is not here tells runs apart.
   */
  private static final Set<String> OTHER_OPTIONS =
      Set.of(
          "--model",
          "--labels",
          "--input-size",
          "--resize",
          "--crop-pct",
          "--crop-mode",
          "--interpolation",
          "--mean",
          "--std",
          "--kernels",
          "--batch",
          "--workers",
          "--threads",
          "--max-decode-bytes",
          "--out",
          "--resume",
          "--on-error",
          "--max-errors",
          "--quarantine",
          "--report",
          "--report-images",
          "--progress",
          "--explain",
          "--verbose",
          "--help");

  /** The identity of a run. */
  static RunIdentity of(
      Classifier classifier, String version, List<String> inputs, List<OptionSpec> options) {
    ObjectNode fields = JsonFiles.object();
    ModelInfo model = classifier.model();
    fields.put("version", version);
    fields.put("model", model.name());
    fields.put("model_sha256", model.digest());
    fields.put("labels_sha256", digest(model.metadata().labels(), model.metadata().labelIds()));
    fields.set("preprocessing", JsonFiles.object(model.preprocessing().fields()));
    List<PlanStep> steps = classifier.plan(1).steps();
    fields.put("kernels", distinct(steps.stream().map(PlanStep::provider).toList()));
    fields.put("implementations", distinct(steps.stream().map(PlanStep::implementation).toList()));
    fields.put("instruction_set", instructionSet());
    fields.put("kernel_table", KernelTable.forThisCpu().toString().replaceFirst(",$", ""));
    for (OptionSpec option : options) {
      if (!OTHER_OPTIONS.contains(option.longestName()) && isGiven(option.getValue())) {
        fields.put(option.longestName(), Objects.toString(option.getValue()));
      }
    }
    fields.put("inputs", inputs.toString());
    return new RunIdentity(fields);
  }

  static RunIdentity parse(byte[] json) throws IOException {
    return new RunIdentity(JsonFiles.parse(json));
  }

  byte[] toJson() {
    return JsonFiles.write(fields);
  }

  /** What tells another run from this one: each field, as it was there and as it is here. */
  List<String> differences(RunIdentity was) {
    Map<String, String> theirs = new LinkedHashMap<>();
    Map<String, String> ours = new LinkedHashMap<>();
    texts("", was.fields, theirs);
    texts("", fields, ours);
    Set<String> names = new LinkedHashSet<>(theirs.keySet());
    names.addAll(ours.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String before = theirs.getOrDefault(name, "not given");
      String now = ours.getOrDefault(name, "not given");
      if (!before.equals(now)) {
        differences.add(name + " was " + before + ", is " + now);
      }
    }
    return differences;
  }

  /** Adds each field as a text; one inside an object is called {@code object.field}. */
  private static void texts(String prefix, JsonNode object, Map<String, String> texts) {
    object
        .properties()
        .forEach(
            entry -> {
              String name = prefix + entry.getKey();
              JsonNode value = entry.getValue();
              if (value.isObject()) {
                texts(name + ".", value, texts);
              } else {
                texts.put(name, value.isTextual() ? value.asText() : value.toString());
              }
            });
  }

  private static boolean isGiven(Object value) {
    return value != null
        && !value.equals(false)
        && !(value instanceof Collection<?> many && many.isEmpty());
  }

  private static String distinct(List<String> names) {
    return names.stream().distinct().sorted().collect(Collectors.joining(", "));
  }

  private static String instructionSet() {
    return CardinalLibrary.refusal().isEmpty()
        ? CardinalLibrary.get().instructionSet()
        : OneDnn.get().instructionSet();
  }

  private static String digest(List<String> labels, List<String> ids) {
    NamesDigest digest = new NamesDigest();
    labels.forEach(digest::add);
    ids.forEach(digest::add);
    return digest.soFar();
  }
}
