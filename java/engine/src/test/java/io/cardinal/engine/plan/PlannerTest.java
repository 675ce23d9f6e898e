// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.Networks;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.RandomParameter;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.graph.Zeros;
import io.cardinal.engine.platform.Caches;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans of whole networks, with a provider that computes nothing. */
class PlannerTest {
  private static final Caches SERVER = new Caches(1 << 20, 32 << 20);
  private static final Caches SHARED_BY_MANY = new Caches(1 << 20, 300 << 20);
  private static final Caches SMALL = new Caches(1 << 14, 1 << 18);

  static List<Architecture> all() {
    return Architectures.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldNeverWriteOverALivingValue(Architecture each) {
    Graph compiled = compiled(each);
    for (Graph graph : List.of(compiled, Compiler.fuseProjections(compiled))) {
      for (int batch : new int[] {1, 3, 8}) {
        for (Caches caches : List.of(GraphRunner.ALL_AT_ONCE, SERVER, SMALL)) {
          ExecutionPlan plan = plan(graph, each, batch, new IdleProvider(), caches);
          assertThat(plan.steps()).hasSize(graph.nodes().size() - 1);
          assertThat(plan.multiplyAdds())
              .isEqualTo(graph.multiplyAdds(plan.input()))
              .isEqualTo(compiled.multiplyAdds(plan.input()));
          assertSound(plan);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldTakeLittleMoreThanWhatIsAliveAtOnce(Architecture each) {
    ExecutionPlan plan = plan(each, 1, new IdleProvider());
    long bound = MemoryPlannerTest.lowerBound(new Values(plan).lifetimes());
    assertThat(plan.arenaBytes()).isBetween(bound, bound + bound / 10);
  }

  /**
   * Most is alive where the widest map is made: the last values of a block of the first stage are
   * 56 x 56 x (128 + 256), the first block's shortcut beside its branch.
   */
  @Test
  void shouldPlanResNeXt50In11Megabytes() {
    Architecture each = Architectures.named("resnext50_32x4d").orElseThrow();
    ExecutionPlan plan = plan(each, 1, new IdleProvider());
    assertThat(plan.arenaBytes()).isBetween(4L * 56 * 56 * (128 + 256), 11L << 20);
    assertThat(plan(each, 8, new IdleProvider()).arenaBytes()).isEqualTo(8 * plan.arenaBytes());
    assertThat(plan.input()).isEqualTo(new Shape(1, 224, 224, 3));
    assertThat(plan.output()).isEqualTo(new Shape(1, 1, 1, 1000));
    assertThat(plan.multiplyAdds()).isEqualTo(4_230_479_872L);
    assertThat(plan.scratchpadBytes()).isEqualTo(IdleProvider.SCRATCHPAD);
  }

  @Test
  void shouldRunStagesOneAndTwoOfABatchImageByImage() {
    Architecture each = Architectures.named("resnext50_32x4d").orElseThrow();
    ExecutionPlan plan = plan(each, 8, new IdleProvider(), SERVER);
    List<String> early =
        plan.steps().stream().filter(s -> s.runs() == 8).map(s -> s.node().name()).toList();
    assertThat(early)
        .hasSize(plan.stepsImageByImage())
        .startsWith("conv1")
        .endsWith("layer2.3.conv3");
    assertThat(plan.steps().get(early.size()).runs()).isOne();
    assertThat(plan.toString())
        .contains("batch of 8: " + early.size() + " of ")
        .contains("steps image by image, up to layer2.3.conv3; traffic by the rule");
    // However much of a last level the system names.
    ExecutionPlan shared = plan(each, 8, new IdleProvider(), SHARED_BY_MANY);
    assertThat(shared.stepsImageByImage()).isEqualTo(plan.stepsImageByImage());
    assertThat(shared.toString()).contains("caches 1024 and 32768 KiB");
    ExecutionPlan whole = plan(each, 8, new IdleProvider(), GraphRunner.ALL_AT_ONCE);
    assertThat(whole.stepsImageByImage()).isZero();
    assertThat(plan.multiplyAdds()).isEqualTo(whole.multiplyAdds());
    assertThat(plan.arenaBytes()).isLessThanOrEqualTo(whole.arenaBytes() / 2);
    assertThat(plan(each, 1, new IdleProvider(), SERVER).toString()).doesNotContain("batch of");
  }

  @Test
  void shouldReadTheAnswerWhereTheOutputIs() {
    Shape input = new Shape(1, 4, 4, 3);
    Node image = new Node("image", new Op.Input(), List.of(), Parameters.NONE);
    Node answer = new Node("answer", new Op.Relu(), List.of("image"), Parameters.NONE);
    Node unused = new Node("unused", new Op.Relu(), List.of("answer"), Parameters.NONE);
    float[] images = Networks.images(1, 4, 4, 5);
    Graph graph = new Graph(List.of(image, answer, unused), "image");
    double[] found = GraphRunner.run("reference", graph, input, images);
    for (int i = 0; i < images.length; i++) {
      assertThat(found[i]).isEqualTo(images[i]);
    }
    Graph inner = new Graph(List.of(image, answer, unused), "answer");
    double[] positive = GraphRunner.run("onednn", inner, input, images);
    for (int i = 0; i < images.length; i++) {
      assertThat(positive[i]).isEqualTo(Math.max(images[i], 0));
    }
  }

  @Test
  void shouldCloseTheKernelsOfAPlanThatFails() {
    IdleProvider provider = new IdleProvider();
    provider.refused = "layer2.0.conv2";
    Graph graph = Compiler.compile(ResNeXt.build(Networks.SMALL, RandomParameter::new));
    assertThatThrownBy(() -> Planner.plan(graph, new Shape(1, 64, 64, 3), provider, List.of(), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no kernel for layer2.0.conv2");
    assertThat(provider.made).isPositive();
    assertThat(provider.closed).isEqualTo(provider.made);
  }

  @Test
  void shouldRefuseAResidualThatIsReadLater() {
    var weight = new RandomParameter("c.weight", List.of(3, 3, 1, 1));
    Op residual = Op.Convolution.plain(3, 1, 1, 0, 1).withResidual();
    Graph graph =
        new Graph(
            List.of(
                new Node("image", new Op.Input(), List.of(), Parameters.NONE),
                new Node("a", new Op.Relu(), List.of("image"), Parameters.NONE),
                new Node("c", residual, List.of("image", "a"), Parameters.of(weight)),
                new Node("late", new Op.Add(), List.of("c", "a"), Parameters.NONE)),
            "late");
    assertThatThrownBy(
            () -> Planner.plan(graph, new Shape(1, 2, 2, 3), new IdleProvider(), List.of(), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a is used after c overwrote it");
  }

  @Test
  void shouldRefuseAMapSmallerThanAKernel() {
    Graph graph =
        new Graph(
            List.of(
                new Node("image", new Op.Input(), List.of(), Parameters.NONE),
                new Node(
                    "c",
                    Op.Convolution.plain(3, 5, 1, 0, 1),
                    List.of("image"),
                    Parameters.of(new RandomParameter("c.weight", List.of(3, 3, 5, 5))))),
            "c");
    assertThatThrownBy(
            () -> Planner.plan(graph, new Shape(1, 4, 9, 3), new IdleProvider(), List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("smaller than the kernel");
  }

  private static Graph compiled(Architecture each) {
    return Compiler.compile(ResNeXt.build(each.spec(), Zeros::new));
  }

  private static ExecutionPlan plan(Architecture each, int batch, IdleProvider provider) {
    return plan(each, batch, provider, GraphRunner.ALL_AT_ONCE);
  }

  private static ExecutionPlan plan(
      Architecture each, int batch, IdleProvider provider, Caches caches) {
    return plan(compiled(each), each, batch, provider, caches);
  }

  private static ExecutionPlan plan(
      Graph graph, Architecture each, int batch, IdleProvider provider, Caches caches) {
    Shape input = new Shape(batch, each.input(), each.input(), 3);
    return Planner.plan(graph, input, provider, List.of("a note"), 1, caches).plan();
  }

  /** Every value stands untouched from its step to its last reader. */
  private static void assertSound(ExecutionPlan plan) {
    List<Value> values = new Values(plan).all;
    for (int i = 0; i < values.size(); i++) {
      Value a = values.get(i);
      assertThat(a.offset % 64).isZero();
      assertThat(a.offset + a.bytes).isLessThanOrEqualTo(plan.arenaBytes());
      for (int j = 0; j < i; j++) {
        Value b = values.get(j);
        boolean isApart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
        boolean isHandedOver = a.residual != null && a.residual.equals(b.name);
        // Of a buffer that is handed over, each run reads and writes its own image's part.
        boolean meets =
            a.buffer.equals(b.buffer)
                ? a.step <= b.read && b.step <= a.read
                : a.first <= b.last && b.first <= a.last;
        if (meets && !isApart && !(isHandedOver && b.read == a.step)) {
          throw new AssertionError(a.name + " overlaps " + b.name + " in\n" + plan);
        }
        if (isHandedOver) {
          assertThat(a.offset).isEqualTo(b.offset);
        }
      }
    }
  }

  /** A value as the plan's steps show it. */
  private static final class Value {
    private String name;
    private long offset;
    private long bytes;
    private int step;
    private int first;
    private int last;
    private int read;
    private String residual;
    private String buffer;
  }

  /** The values of a plan, found from its steps alone. */
  private static final class Values {
    private final List<Value> all = new ArrayList<>();

    Values(ExecutionPlan plan) {
      Map<String, Value> byName = new HashMap<>();
      add(byName, "image", plan.inputOffset(), plan.input(), 0);
      for (int i = 0; i < plan.steps().size(); i++) {
        PlanStep step = plan.steps().get(i);
        List<String> inputs = step.node().inputs();
        for (int k = 0; k < inputs.size(); k++) {
          Value read = byName.get(inputs.get(k));
          assertThat(step.inputOffsets().get(k)).isEqualTo(read.offset);
          long oneImage =
              step.inputs().get(k).elements() * Float.BYTES / step.inputs().get(k).batch();
          boolean isWhole = step.runs() > 1 && read.bytes > oneImage;
          long stride = k == 0 && inputs.get(k).equals("image") ? plan.inputStride() : oneImage;
          assertThat(step.inputStrides().get(k)).isEqualTo(isWhole ? stride : 0);
          read.read = i + 1;
          read.last = Math.max(read.last, isWhole ? plan.stepsImageByImage() : i + 1);
        }
        boolean isWhole = step.outputStride() > 0;
        Shape shape = isWhole ? step.output().withBatch(step.runs()) : step.output();
        Value value = add(byName, step.node().name(), step.outputOffset(), shape, i + 1);
        if (isWhole) {
          value.first = 1;
          assertThat(step.outputStride()).isEqualTo(step.output().elements() * Float.BYTES);
        }
        if (step.node().op() instanceof Op.Convolution c && c.hasResidual()) {
          value.residual = inputs.get(1);
          value.buffer = byName.get(value.residual).buffer;
        }
      }
      all.get(all.size() - 1).read = plan.steps().size() + 1;
      all.get(all.size() - 1).last = plan.steps().size() + 1;
      assertThat(plan.outputOffset()).isEqualTo(all.get(all.size() - 1).offset);
    }

    private Value add(Map<String, Value> byName, String name, long offset, Shape shape, int step) {
      Value value = new Value();
      value.name = name;
      value.offset = offset;
      value.bytes = shape.elements() * Float.BYTES;
      value.step = step;
      value.read = step;
      value.buffer = name;
      value.first = step;
      value.last = step;
      all.add(value);
      byName.put(name, value);
      return value;
    }

    /** The lifetimes of buffers: one that is handed over to a residual sum lives on. */
    List<MemoryPlanner.Lifetime> lifetimes() {
      List<MemoryPlanner.Lifetime> lifetimes = new ArrayList<>();
      Map<String, Integer> buffers = new HashMap<>();
      for (Value value : all) {
        if (value.residual != null) {
          int buffer = buffers.get(value.residual);
          int first = lifetimes.get(buffer).first();
          lifetimes.set(buffer, new MemoryPlanner.Lifetime(value.bytes, first, value.last));
          buffers.put(value.name, buffer);
        } else {
          buffers.put(value.name, lifetimes.size());
          lifetimes.add(new MemoryPlanner.Lifetime(value.bytes, value.first, value.last));
        }
      }
      return lifetimes;
    }
  }
}
