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
 * @param fields what was said or found, as text, in order
 */
record RunIdentity(Map<String, String> fields) {
  /**
   * Options that no row depends on, or that other fields stand for: the model's digest for its
   * name, the kernels in use for those asked for. Any option that is not here tells runs apart.
   */
  private static final Set<String> OTHER_OPTIONS =
      Set.of(
          "--model",
          "--labels",
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
    Map<String, String> fields = new LinkedHashMap<>();
    ModelInfo model = classifier.model();
    fields.put("version", version);
    fields.put("model", model.name());
    fields.put("model_sha256", model.digest());
    fields.put("labels_sha256", digest(model.metadata().labels(), model.metadata().labelIds()));
    fields.put("preprocessing", model.preprocessing().toString());
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
    JsonNode node = JsonFiles.parse(json);
    Map<String, String> fields = new LinkedHashMap<>();
    node.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue().asText()));
    return new RunIdentity(fields);
  }

  byte[] toJson() {
    ObjectNode node = JsonFiles.object();
    fields.forEach(node::put);
    return JsonFiles.write(node);
  }

  /** What tells another run from this one: each field, as it was there and as it is here. */
  List<String> differences(RunIdentity was) {
    Set<String> names = new LinkedHashSet<>(was.fields.keySet());
    names.addAll(fields.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String before = was.fields.getOrDefault(name, "not given");
      String now = fields.getOrDefault(name, "not given");
      if (!before.equals(now)) {
        differences.add(name + " was " + before + ", is " + now);
      }
    }
    return differences;
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
