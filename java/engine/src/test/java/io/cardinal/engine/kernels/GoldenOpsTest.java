// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters.Role;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.KernelHarness.Tensor4;
import io.cardinal.engine.kernels.KernelHarness.Values;
import io.cardinal.engine.kernels.KernelHarness.Way;
import io.cardinal.engine.safetensors.SafetensorsFile;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.testing.Golden;
import io.cardinal.testing.GoldenReport;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Both providers, and threads that share an op, against the stored answers of single operations.
 */
class GoldenOpsTest {
  private static final double DOUBLE_TOLERANCE = 1e-12;
  private static final double FLOAT_TOLERANCE = 1e-5;

  /** Operations of networks that come later; this list only ever shrinks. */
  private static final Set<String> LATER_OPS =
      Set.of("avg_pool2d", "squeeze_excite", "efficient_channel_attention", "silu", "sigmoid");

  private final JsonNode cases = Golden.json("ops/ops.json").get("cases");

  @Test
  void shouldGiveTheStoredAnswersInEveryWay() {
    GoldenReport report = new GoldenReport("ops");
    Set<String> names = new HashSet<>();
    try (SafetensorsFile file = SafetensorsFile.open(Golden.path("ops/ops.safetensors"))) {
      for (JsonNode each : cases) {
        names.add(each.get("name").textValue());
        judge(each, file.tensors(), report);
      }
    }
    report.write();
    assertThat(report.keys()).isEqualTo(names).hasSize(80);
    assertThat(report.outcomes().values()).noneMatch(outcome -> outcome.startsWith("failed"));
    assertThat(report.outcomes().values()).filteredOn("passed"::equals).hasSize(59);
  }

  private static void judge(JsonNode each, Map<String, Tensor> tensors, GoldenReport report) {
    String name = each.get("name").textValue();
    String op = each.get("op").textValue();
    if (LATER_OPS.contains(op) || each.at("/attributes/ceil_mode").asBoolean()) {
      report.later(name, op + " is no operation of a plain network");
      return;
    }
    double[] expected = doubles(tensors.get(name + "/output"));
    for (Way way : KernelHarness.WAYS) {
      double[] found = run(way, each, tensors);
      double error = relativeError(found, expected);
      if (!(error <= (way.provider().equals("reference") ? DOUBLE_TOLERANCE : FLOAT_TOLERANCE))) {
        report.failed(name, way + " is " + error + " away");
        return;
      }
    }
    report.passed(name);
  }

  private static double[] run(Way way, JsonNode each, Map<String, Tensor> tensors) {
    String name = each.get("name").textValue();
    JsonNode attributes = each.get("attributes");
    Map<Role, Parameter> parameters = new EnumMap<>(Role.class);
    put(parameters, Role.WEIGHT, name + "/weight", tensors);
    put(parameters, Role.BIAS, name + "/bias", tensors);
    put(parameters, Role.MEAN, name + "/running_mean", tensors);
    put(parameters, Role.VARIANCE, name + "/running_var", tensors);
    if (each.get("op").textValue().equals("add_relu")) {
      Tensor4 a = input(tensors.get(name + "/a"));
      Tensor4 b = input(tensors.get(name + "/b"));
      double[] sum = KernelHarness.run(way, new Op.Add(), parameters, a, b);
      Tensor4 added = new Tensor4(a.shape(), sum);
      return KernelHarness.run(way, new Op.Relu(), parameters, added);
    }
    Tensor4 x = input(tensors.get(name + "/x"));
    return KernelHarness.run(way, op(each, attributes, parameters), parameters, x);
  }

  private static Op op(JsonNode each, JsonNode a, Map<Role, Parameter> parameters) {
    return switch (each.get("op").textValue()) {
      case "conv2d" -> {
        List<Integer> weight = parameters.get(Role.WEIGHT).shape();
        yield Op.Convolution.plain(
            weight.get(0),
            weight.get(2),
            a.get("stride").intValue(),
            a.get("padding").intValue(),
            a.get("groups").intValue());
      }
      case "batch_norm" -> new Op.BatchNorm(a.get("eps").doubleValue());
      case "max_pool2d" ->
          new Op.MaxPool(
              a.get("kernel").intValue(), a.get("stride").intValue(), a.get("padding").intValue());
      case "global_avg_pool" -> new Op.GlobalAveragePool();
      case "linear" -> new Op.Linear(parameters.get(Role.WEIGHT).shape().get(0));
      case "softmax" -> new Op.Softmax();
      case "relu" -> new Op.Relu();
      default -> throw new AssertionError(each);
    };
  }

  private static void put(
      Map<Role, Parameter> parameters, Role role, String key, Map<String, Tensor> tensors) {
    Tensor tensor = tensors.get(key);
    if (tensor != null) {
      parameters.put(role, new Values(key, tensor.shape(), doubles(tensor)));
    }
  }

  private static Tensor4 input(Tensor tensor) {
    List<Integer> s = tensor.shape();
    Shape shape =
        switch (s.size()) {
          case 4 -> new Shape(s.get(0), s.get(2), s.get(3), s.get(1));
          case 2 -> new Shape(s.get(0), 1, 1, s.get(1));
          default -> new Shape(1, 1, 1, s.get(0));
        };
    return new Tensor4(shape, doubles(tensor));
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[(int) tensor.elements()];
    tensor.read(0, values, values.length);
    return values;
  }

  private static double relativeError(double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(found[i] - expected[i]));
    }
    return difference == 0 ? 0 : difference / largest;
  }
}
