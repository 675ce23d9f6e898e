// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.SafetensorsFile;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stage;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.testing.Golden;
import io.cardinal.testing.GoldenReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every file of {@code golden/checkpoints}: its logits, or its refusal. */
class GoldenCheckpointsTest {
  private static final double TOLERANCE = 1e-4;

  /** Codes of containers that are not read yet: any refusal is right. */
  private static final Set<String> OTHER_CODES =
      Set.of("NOT_GROUPED", "PATH_ESCAPE", "TORCH7_ASCII");

  @Test
  void shouldGiveTheLogitsOfEveryCheckpointOrRefuseIt() {
    GoldenReport report = new GoldenReport("checkpoints");
    Set<String> keys = new HashSet<>();
    try (SafetensorsFile expected =
        SafetensorsFile.open(Golden.path("checkpoints/expected.safetensors"))) {
      for (JsonNode entry : Golden.json("checkpoints/index.json").get("entries")) {
        keys.add(entry.get("file").asText());
        judge(entry, expected, report);
      }
    } finally {
      report.write();
    }
    assertThat(report.keys()).isEqualTo(keys);
    GoldenLater.check("checkpoints", report.outcomes());
  }

  private static void judge(JsonNode entry, SafetensorsFile expected, GoldenReport report) {
    String key = entry.get("file").asText();
    Path file = Golden.path("checkpoints").resolve(key);
    if (!Files.exists(file)) {
      if (Golden.isWhole()) {
        report.failed(key, "data absent");
      } else {
        report.later(key, "data absent");
      }
      return;
    }
    ImportOptions options = options(entry);
    try (ImportedModel imported = CheckpointImporter.open(file, options)) {
      if (entry.has("refuse")) {
        report.failed(key, "imported, not refused with " + entry.get("refuse").asText());
        return;
      }
      String wrong = compare(entry, imported, expected);
      if (wrong.isEmpty()) {
        report.passed(key);
      } else {
        report.failed(key, wrong);
      }
    } catch (ModelException e) {
      refused(entry, e, report);
    } catch (AssertionError e) {
      report.failed(key, String.valueOf(e.getMessage()));
    }
  }

  private static void refused(JsonNode entry, ModelException e, GoldenReport report) {
    String key = entry.get("file").asText();
    String reason = e.reason().name();
    String code = entry.path("refuse").asText();
    if (entry.has("refuse")) {
      if (code.equals(reason) || OTHER_CODES.contains(code)) {
        report.refused(key);
      } else {
        report.failed(key, "expected " + code + ", found " + reason + ": " + e.getMessage());
      }
    } else if (entry.path("refuse_allowed").asText().startsWith(reason)) {
      report.refused(key);
    } else if (e.reason() == Reason.UNSUPPORTED_VARIANT || e.reason() == Reason.UNKNOWN_CONTAINER) {
      report.later(key, reason + ": " + e.getMessage());
    } else {
      report.failed(key, reason + ": " + e.getMessage());
    }
  }

  private static ImportOptions options(JsonNode entry) {
    double epsilon = entry.path("architecture").path("eps").asDouble(ResNeXtSpec.DEFAULT_EPSILON);
    return ImportOptions.DEFAULT.withEpsilon(epsilon);
  }

  private static String compare(JsonNode entry, ImportedModel imported, SafetensorsFile expected) {
    checkSpec(entry.get("architecture"), imported.definition().spec());
    checkTypes(entry.get("dtype").asText(), imported);
    if (entry.has("config")) {
      checkConfig(entry.get("config"), imported);
    }
    boolean hasWarning =
        imported.warnings().stream().anyMatch(warning -> warning.contains("without use"));
    assertThat(hasWarning).isEqualTo(entry.has("warn"));
    StringBuilder wrong = new StringBuilder();
    EngineOptions engine = EngineOptions.defaults().withWorkers(1);
    try (Model model = Model.open(imported.definition(), engine)) {
      List<JsonNode> cases = new ArrayList<>(List.of(entry));
      if (entry.has("extra_input")) {
        cases.add(entry.get("extra_input"));
      }
      for (JsonNode pair : cases) {
        Tensor input = Logits.get(expected.tensors(), pair.get("input").asText());
        List<Integer> shape = input.shape();
        float[] logits = model.infer(Logits.nhwc(input), shape.get(0), shape.get(2), shape.get(3));
        Tensor answer = Logits.get(expected.tensors(), pair.get("logits").asText());
        double error = Logits.error(logits, Logits.all(answer));
        if (!(error <= TOLERANCE)) {
          wrong.append(pair.get("logits").asText()).append(" is off by ").append(error);
        }
      }
    }
    return wrong.toString();
  }

  private static void checkSpec(JsonNode architecture, ResNeXtSpec spec) {
    assertThat(spec.blocks()).isEqualTo(ints(architecture.get("blocks")));
    assertThat(spec.cardinality()).isEqualTo(architecture.get("cardinality").asInt());
    assertThat(spec.stages().stream().map(Stage::width).toList())
        .isEqualTo(ints(architecture.get("widths")));
    assertThat(spec.stages().stream().map(Stage::output).toList())
        .isEqualTo(ints(architecture.get("outputs")));
    assertThat(spec.stemChannels()).isEqualTo(architecture.get("stem_channels").asInt());
    assertThat(spec.stem().kernelName()).isEqualTo(architecture.get("stem").asText());
    assertThat(spec.classes()).isEqualTo(architecture.get("classes").asInt());
    assertThat(spec.epsilon()).isEqualTo(architecture.get("eps").asDouble());
  }

  private static void checkTypes(String type, ImportedModel imported) {
    assertThat(imported.definition().tensors().values())
        .anyMatch(tensor -> tensor.type().name().equalsIgnoreCase(type));
  }

  private static void checkConfig(JsonNode config, ImportedModel imported) {
    JsonNode wanted = config.get("preprocessing");
    Preprocessing found = imported.definition().preprocessing();
    assertThat(List.of(3, found.height(), found.width())).isEqualTo(ints(wanted.get("input_size")));
    assertThat(found.interpolation().name().toLowerCase(Locale.ROOT))
        .isEqualTo(wanted.get("interpolation").asText());
    assertThat(found.cropPct()).isEqualTo(wanted.get("crop_pct").asDouble());
    assertThat(found.resize()).isEmpty();
    assertThat((int) Math.floor(found.height() / found.cropPct()))
        .isEqualTo(wanted.get("resize_to").asInt());
    for (int c = 0; c < 3; c++) {
      assertThat(found.mean().get(c)).isEqualTo(wanted.get("mean").get(c).floatValue());
      assertThat(found.std().get(c)).isEqualTo(wanted.get("std").get(c).floatValue());
    }
    assertThat(imported.definition().metadata().licence())
        .isEqualTo(config.get("licence").asText());
    List<String> labels = imported.definition().metadata().labels();
    JsonNode descriptions = config.get("label_descriptions");
    for (int i = 0; i < labels.size(); i++) {
      String name = config.get("labels").get(i).asText();
      if (descriptions.isNull()) {
        assertThat(labels.get(i)).isEqualTo(name);
      } else {
        assertThat(imported.definition().metadata().labelIds().get(i)).isEqualTo(name);
        assertThat(descriptions.get(i).asText()).startsWith(labels.get(i) + ",");
      }
    }
  }

  private static List<Integer> ints(JsonNode array) {
    List<Integer> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
