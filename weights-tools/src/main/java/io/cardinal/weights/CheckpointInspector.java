// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelFile;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.weights.map.ArchitectureReader;
import io.cardinal.weights.map.StateDict;
import io.cardinal.weights.map.TimmConfig;
import io.cardinal.weights.read.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what a file holds, which network that is and why, or why it is none of ours. */
public final class CheckpointInspector {
  private CheckpointInspector() {}

  /**
   * Looks into a checkpoint or model file. What cannot be imported is reported, not thrown.
   *
   * @param path the file
   * @return lines of text, each ended by a line feed; control characters from the file are replaced
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static String inspect(Path path) {
    Report report = new Report();
    report.line("file", String.valueOf(path.getFileName()));
    try {
      if (ModelFile.isModelFile(path)) {
        modelFile(path, report);
      } else {
        checkpoint(path, report);
      }
    } catch (ModelException e) {
      report.line("refused", e.reason() + ": " + e.getMessage());
    }
    return report.toString();
  }

  private static void modelFile(Path path, Report report) {
    report.line("container", "Cardinal model file (safetensors)");
    try (ModelFile file = ModelFile.open(path)) {
      ModelDefinition model = file.definition();
      report.line("sha256", model.digest());
      network(model.name(), model.spec(), report);
      report.line("preprocessing", model.preprocessing().toString());
      List<String> labels = model.metadata().labels();
      report.line("labels", labels.size() + ", first " + labels.get(0));
      report.line("source", model.metadata().sourceName());
      report.line("licence", model.metadata().licence());
      tensors(file.definition().spec(), model.tensors(), report);
    }
  }

  private static void checkpoint(Path path, Report report) {
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      report.line("container", checkpoint.container());
      report.line("sha256", checkpoint.file().sha256());
      report.line("globals", String.join(", ", checkpoint.globals()));
      StateDict stateDict = StateDict.of(checkpoint);
      report.line("found", stateDict.describe());
      Optional<TimmConfig> config = TimmConfig.beside(path);
      config.ifPresent(c -> report.line("config.json", "architecture " + c.architecture()));
      try {
        CheckpointImporter.refuseHiddenVariants(checkpoint, config);
        ArchitectureReader.Result result =
            ArchitectureReader.read(
                checkpoint.file().name(), stateDict, ResNeXtSpec.DEFAULT_EPSILON);
        network(result.name(), result.spec(), report);
        report.line("without use", String.join(", ", result.extras()));
      } catch (ModelException e) {
        report.line("network", "none that is supported");
        report.line("refused", e.reason() + ": " + e.getMessage());
      }
      tensors(stateDict, report);
    }
  }

  private static void network(String name, ResNeXtSpec spec, Report report) {
    report.line("network", name);
    report.line(
        "because",
        String.format(
            "stages of %s blocks; conv1 has a %s kernel and %d outputs; layer1.0.conv2 has %d"
                + " outputs and %d inputs a group, so cardinality %d; layer1.0.conv3 has %d"
                + " outputs; fc has %d",
            spec.blocks(),
            spec.stem().kernelName(),
            spec.stemChannels(),
            spec.cardinality() * spec.baseWidth(),
            spec.baseWidth(),
            spec.cardinality(),
            spec.firstOutput(),
            spec.classes()));
    report.line("epsilon", spec.epsilon() + " (no tensor tells it)");
  }

  private static void tensors(ResNeXtSpec spec, Map<String, Tensor> tensors, Report report) {
    report.line("tensors", tensors.size() + ", " + types(tensors));
    ResNeXt.parameterShapes(spec).keySet().forEach(key -> tensor(key, tensors.get(key), report));
  }

  private static void tensors(StateDict stateDict, Report report) {
    int count = stateDict.tensors().size() + stateDict.others().size();
    report.line("tensors", count + ", " + types(stateDict.tensors()));
    stateDict.tensors().forEach((key, tensor) -> tensor(key, tensor, report));
    stateDict
        .others()
        .forEach((key, other) -> report.line("  " + key, other.type() + " " + other.shape()));
  }

  private static void tensor(String key, @Nullable Tensor tensor, Report report) {
    if (tensor != null) {
      report.line("  " + key, tensor.type() + " " + tensor.shape());
    }
  }

  private static String types(Map<String, Tensor> tensors) {
    return tensors.values().stream()
        .collect(
            Collectors.groupingBy(
                tensor -> tensor.type().name(), TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  /** Lines of a name and a value; empty values are left out. */
  private static final class Report {
    private final StringBuilder text = new StringBuilder();

    void line(String name, String value) {
      if (!value.isEmpty()) {
        append(name);
        text.append(": ");
        append(value);
        text.append('\n');
      }
    }

    private void append(String part) {
      part.codePoints()
          .map(c -> Character.isISOControl(c) ? '\ufffd' : c)
          .forEach(text::appendCodePoint);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
