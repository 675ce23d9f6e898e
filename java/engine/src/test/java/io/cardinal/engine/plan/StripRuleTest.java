// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.graph.Zeros;
import io.cardinal.engine.platform.Caches;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which layers run in strips, and that no strip reads what is not there. */
class StripRuleTest {
  private static final String RESNEXT_50 = "resnext50_32x4d";
  private static final Caches SERVER = new Caches(1 << 20, 32 << 20);

  static List<Architecture> all() {
    return Architectures.all();
  }

  @ParameterizedTest
  @CsvSource({
    // Of stage 1 strip and weights fit together; of stage 2 only the strip does, and only where no
    // stride doubles it: few high strips then.
    "1048576, 'conv1..maxpool 4, layer1.0 4, layer1.1 4, layer1.2 4, layer2.1 7, layer2.2 7,"
        + " layer2.3 7'",
    "16384, ''", // no strip fits
    "1099511627776, ''", // every map fits
  })
  void shouldTakeTheBlocksWhoseMapsDoNotFit(long second, String expected) {
    ExecutionPlan plan = plan(RESNEXT_50, 224, 1, 1, new Caches(second, 1L << 42));
    assertThat(describe(plan)).isEqualTo(expected);
  }

  /** Stage 2 and later ones read their second input with a stride. */
  @Test
  void shouldTakeTheSameBlocksWhereProjectionsAreFused() {
    Graph fused = Compiler.fuseProjections(graph(Architectures.named(RESNEXT_50).orElseThrow()));
    ExecutionPlan plan = plan(fused, 224, 1, 1, SERVER);
    assertThat(describe(plan))
        .isEqualTo(
            "conv1..maxpool 4, layer1.0 4, layer1.1 4, layer1.2 4, layer2.1 7, layer2.2 7,"
                + " layer2.3 7");
    assertThat(plan.toString())
        .containsPattern("layer1\\.0\\.conv3 +conv 1x1 \\+ conv 1x1 \\+relu .* 1 +14 +idle")
        .containsPattern("layer2\\.0\\.conv3 +conv 1x1 \\+ conv 1x1/2 \\+relu .* 1 +1 +idle");
  }

  @Test
  void shouldSayInThePlanWhatRunsInStrips() {
    ExecutionPlan plan = plan(RESNEXT_50, 224, 1, 1, SERVER);
    assertThat(plan.toString())
        .containsPattern("step +op +input +output +runs +strips +kernel")
        .containsPattern("layer1\\.0\\.conv3 .* 1 +14 +idle")
        .containsPattern("layer3\\.0\\.conv3 .* 1 +1 +idle")
        .containsPattern(
            "strips of rows: \\d+ of 5\\d steps, up to layer2\\.3\\.conv3; traffic of these by the"
                + " rule [\\d.]+ MB an image \\(layer by layer [\\d.]+\\); second-level cache 1024"
                + " KiB");
    ExecutionPlan whole = plan(RESNEXT_50, 224, 1, 1, GraphRunner.ALL_AT_ONCE);
    assertThat(whole.toString()).doesNotContain("strips of rows");
    assertThat(whole.order()).hasSameSizeAs(whole.steps()).allMatch(Portion::isWhole);
  }

  @Test
  void shouldLeaveATeamItsWholeSteps() {
    assertThat(plan(RESNEXT_50, 224, 1, 2, SERVER).strips()).isEmpty();
  }

  @Test
  void shouldRunTheEarlyStagesOfABatchInTheSameStrips() {
    ExecutionPlan one = plan(RESNEXT_50, 224, 1, 1, SERVER);
    ExecutionPlan eight = plan(RESNEXT_50, 224, 8, 1, SERVER);
    assertThat(eight.strips()).isNotEmpty().isEqualTo(one.strips());
    assertThat(eight.strips()).allMatch(each -> each.last() < eight.stepsImageByImage());
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldReadOnlyRowsThatAreThere(Architecture each) {
    int strips = 0;
    Graph graph = graph(each);
    Graph fused = Compiler.fuseProjections(graph);
    for (int size : new int[] {each.input(), each.input() + 13}) {
      for (int second = 1 << 16; second <= 1 << 22; second *= 4) {
        Caches caches = new Caches(second, 1L << 30);
        ExecutionPlan plan = plan(graph, size, 1, 1, caches);
        new Arena(plan).run();
        strips += plan.strips().size();
        new Arena(plan(fused, size, 1, 1, caches)).run();
      }
    }
    assertThat(strips).isPositive();
  }

  private static ExecutionPlan plan(String name, int size, int batch, int threads, Caches caches) {
    Architecture architecture = Architectures.named(name).orElseThrow();
    return plan(graph(architecture), size, batch, threads, caches);
  }

  private static Graph graph(Architecture each) {
    return Compiler.compile(ResNeXt.build(each.spec(), Zeros::new));
  }

  private static ExecutionPlan plan(Graph graph, int size, int batch, int threads, Caches caches) {
    Shape input = new Shape(batch, size, size, 3);
    return Planner.plan(graph, input, new IdleProvider(), List.of(), threads, caches).plan();
  }

  /** Such as {@code conv1..maxpool 4, layer1.0 4}: the layers of each section, and its rows. */
  private static String describe(ExecutionPlan plan) {
    StringBuilder text = new StringBuilder();
    for (Strips each : plan.strips()) {
      String first = plan.steps().get(each.first()).node().name();
      String last = plan.steps().get(each.last()).node().name();
      String block = last.substring(0, Math.max(0, last.lastIndexOf('.')));
      boolean isBlock = !block.isEmpty() && first.startsWith(block + ".");
      text.append(
          String.format(
              Locale.ROOT,
              "%s%s %d",
              text.isEmpty() ? "" : ", ",
              isBlock ? block : first + ".." + last,
              each.rows()));
    }
    return text.toString();
  }

  /**
   * The cache lines of an arena, each with the number of the row (of some value) that was written
   * there last; rows stand behind each other. Values of less than a line's channels are left out.
   */
  private static final class Arena {
    private final ExecutionPlan plan;
    private final int[] lines;
    private final Map<String, Integer> firstRows = new HashMap<>();

    Arena(ExecutionPlan plan) {
      this.plan = plan;
      this.lines = new int[(int) (plan.arenaBytes() / 64)];
      int rows = 1;
      for (PlanStep step : plan.steps()) {
        firstRows.put(step.node().name(), rows);
        rows += step.output().height();
      }
    }

    void run() {
      int[] done = new int[plan.steps().size()];
      for (Portion portion : plan.order()) {
        PlanStep step = plan.steps().get(portion.step());
        int height = step.output().height();
        int end = portion.isWhole() ? height : portion.firstRow() + portion.rows();
        if (portion.firstRow() != done[portion.step()]) {
          throw new AssertionError(
              step.node().name()
                  + " begins at row "
                  + portion.firstRow()
                  + ", done "
                  + done[portion.step()]);
        }
        for (int y = portion.firstRow(); y < end; y++) {
          read(step, y);
        }
        for (int y = portion.firstRow(); y < end; y++) {
          write(step, y);
        }
        done[portion.step()] = end;
      }
      for (int i = 0; i < done.length; i++) {
        assertThat(done[i]).isEqualTo(plan.steps().get(i).output().height());
      }
    }

    private void read(PlanStep step, int y) {
      for (int k = 0; k < step.inputs().size(); k++) {
        Integer row = firstRows.get(step.node().inputs().get(k));
        if (row == null) {
          continue; // the image
        }
        int begin = 0;
        int end = step.inputs().get(k).height();
        if (step.node().op() instanceof Op.PointwiseSum sum) {
          begin = k == 0 ? y : y * sum.secondStride();
          end = begin + 1;
        } else if (k == 1) {
          begin = y;
          end = y + 1;
        } else if (step.node().op() instanceof Op.Convolution c) {
          begin = y * c.stride() - c.padding();
          end = Math.min(end, begin + c.kernel());
        } else if (step.node().op() instanceof Op.MaxPool p) {
          begin = y * p.stride() - p.padding();
          end = Math.min(end, begin + p.kernel());
        }
        for (int from = Math.max(0, begin); from < end; from++) {
          check(step, step.inputs().get(k), step.inputOffsets().get(k), from, row + from);
        }
      }
    }

    private void check(PlanStep step, Shape shape, long offset, int y, int expected) {
      int width = lines(shape);
      for (int i = 0; i < width; i++) {
        int found = lines[(int) (offset / 64) + y * width + i];
        if (found != expected) {
          throw new AssertionError(
              step.node().name() + " reads row " + y + " of an input, found row id " + found);
        }
      }
    }

    private void write(PlanStep step, int y) {
      int width = lines(step.output());
      int begin = (int) (step.outputOffset() / 64) + y * width;
      int row = Objects.requireNonNull(firstRows.get(step.node().name())) + y;
      Arrays.fill(lines, begin, Math.min(lines.length, begin + width), row);
    }

    private static int lines(Shape shape) {
      return shape.width() * shape.channels() / 16;
    }
  }
}
