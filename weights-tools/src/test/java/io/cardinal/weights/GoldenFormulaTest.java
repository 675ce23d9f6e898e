// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.Outputs;
import io.cardinal.engine.safetensors.SafetensorsFile;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.tensor.FormulaTensors;
import io.cardinal.testing.Golden;
import io.cardinal.testing.GoldenReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The full-size networks of {@code golden/formula}, seed 0: their logits. */
class GoldenFormulaTest {
  private static final double TOLERANCE = 1e-4;

  @Test
  void shouldGiveTheLogitsOfEveryPlainNetwork() {
    GoldenReport report = new GoldenReport("formula");
    Set<String> keys = new HashSet<>();
    try {
      for (Map.Entry<String, JsonNode> network :
          Golden.json("formula/index.json").get("networks").properties()) {
        keys.add(network.getKey());
        judge(network.getKey(), network.getValue(), report);
      }
    } finally {
      report.write();
    }
    assertThat(report.keys()).isEqualTo(keys);
    GoldenLater.check("formula", report.outcomes());
  }

  private static void judge(String name, JsonNode network, GoldenReport report) {
    Path file = Golden.path("formula").resolve(network.get("file").asText());
    if (Architectures.named(name).isEmpty()) {
      report.later(name, "UNSUPPORTED_VARIANT: no plain ResNeXt or ResNet");
    } else if (!Files.exists(file)) {
      if (Golden.isWhole()) {
        report.failed(name, "data absent");
      } else {
        report.later(name, "data absent");
      }
    } else {
      double error = error(name, network.get("input_size").asInt(), file);
      if (error <= TOLERANCE) {
        report.passed(name);
      } else {
        report.failed(name, "logits or pooled vectors are off by " + error);
      }
    }
  }

  private static double error(String name, int size, Path file) {
    double worst = 0;
    EngineOptions options = EngineOptions.defaults().withWorkers(1);
    try (SafetensorsFile answers = SafetensorsFile.open(file);
        Model model = Model.open(RandomModel.of(name, 0), options)) {
      for (int image = 0; image < 2; image++) {
        float[] picture = FormulaTensors.image(image, size);
        Outputs found = model.outputs(picture, 1, size, size);
        double logits =
            Logits.error(
                found.logits(), Logits.all(Logits.get(answers.tensors(), "logits." + image)));
        double pooled =
            Logits.error(
                found.features(), Logits.all(Logits.get(answers.tensors(), "pooled." + image)));
        double error = Math.max(logits, pooled); // NaN if one is
        worst = error <= worst ? worst : error; // a NaN stays
      }
    }
    return worst;
  }
}
