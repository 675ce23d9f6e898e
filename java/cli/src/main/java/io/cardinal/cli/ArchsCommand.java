// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.graph.TableOne;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists every known architecture. */
@Command(
    name = "archs",
    header = "List every known architecture: blocks, C, d, parameters, multiply-adds, errors.",
    footer = {
      "",
      "Examples:",
      "  cardinal archs",
      "  cardinal archs resnext50_32x4d",
      "  cardinal archs --json"
    })
final class ArchsCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "print this one as the paper's Table 1 does")
  @Nullable String name;

  @Option(names = "--json", description = "print an array of objects")
  boolean json;

  ArchsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    if (name != null) {
      Architecture known =
          Architectures.named(name)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "no architecture is called " + name + "; see: cardinal archs"));
      console.print(known.name() + "\n" + TableOne.print(known.spec(), known.input()));
      return ExitCode.OK;
    }
    if (json) {
      List<Map<String, Object>> all =
          Architectures.all().stream().map(ArchsCommand::describe).toList();
      console.print(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
      console.print("\n");
      return ExitCode.OK;
    }
    StringBuilder table = new StringBuilder();
    String format = "%-24s %-14s %4s %4s %6s %12s %8s  %s%n";
    table.append(
        String.format(
            Locale.ROOT,
            format,
            "name",
            "blocks",
            "C",
            "d",
            "input",
            "parameters",
            "GMACs",
            "published error, %"));
    for (Architecture each : Architectures.all()) {
      ResNeXtSpec spec = each.spec();
      table.append(
          String.format(
              Locale.ROOT,
              format,
              each.name(),
              spec.blocks().toString().replaceAll("[\\[\\] ]", ""),
              spec.cardinality(),
              spec.baseWidth(),
              each.input(),
              ResNeXt.parameterCount(spec),
              String.format(Locale.ROOT, "%.2f", multiplyAdds(each, false) / 1e9),
              errors(each)));
    }
    table.append("Errors are those of the ResNeXt paper, arXiv 1611.05431.\n");
    console.print(table.toString());
    return ExitCode.OK;
  }

  private static String errors(Architecture each) {
    List<String> errors = new ArrayList<>();
    for (String name : List.of("top1", "top5", "cifar10", "cifar100")) {
      Double error = each.paperErrors().get(name);
      if (error != null) {
        errors.add(name + " " + error);
      }
    }
    return errors.isEmpty() ? "" : String.join(", ", errors) + "; " + each.paperSource();
  }

  private static Map<String, Object> describe(Architecture each) {
    ResNeXtSpec spec = each.spec();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", each.name());
    fields.put("blocks", spec.blocks());
    fields.put("cardinality", spec.cardinality());
    fields.put("base_width", spec.baseWidth());
    fields.put("stem", spec.stem().kernelName());
    if (spec.stem() == Stem.CONV3X3) {
      fields.put("stem_channels", spec.stemChannels());
      fields.put("first_output", spec.firstOutput());
    }
    fields.put("input", each.input());
    fields.put("classes", spec.classes());
    fields.put("parameters", ResNeXt.parameterCount(spec));
    fields.put("multiply_adds", multiplyAdds(each, false));
    if (spec.stem() == Stem.CONV7X7_POOL) {
      fields.put("multiply_adds_3x3", multiplyAdds(each, true));
    }
    if (!each.paperSource().isEmpty()) {
      putErrors(each, fields);
      fields.put("paper_source", each.paperSource());
    }
    return fields;
  }

  private static void putErrors(Architecture each, Map<String, Object> fields) {
    if (each.spec().stem() == Stem.CONV7X7_POOL) {
      fields.put("paper_top1_error", each.paperErrors().get("top1"));
      fields.put("paper_top5_error", each.paperErrors().get("top5"));
    } else {
      fields.put("paper_cifar10_error", each.paperErrors().get("cifar10"));
      fields.put("paper_cifar100_error", each.paperErrors().get("cifar100"));
    }
  }

  private static long multiplyAdds(Architecture each, boolean isOnly3x3) {
    Graph graph = ResNeXt.describe(each.spec());
    Map<String, Shape> shapes =
        graph.shapes(new Shape(1, each.input(), each.input(), ResNeXtSpec.INPUT_CHANNELS));
    long sum = 0;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      Node node = graph.node(entry.getKey());
      boolean is3x3 = node.op() instanceof Op.Convolution c && c.kernel() == 3;
      if (is3x3 || !isOnly3x3) {
        sum += Graph.multiplyAdds(node, entry.getValue());
      }
    }
    return sum;
  }
}
