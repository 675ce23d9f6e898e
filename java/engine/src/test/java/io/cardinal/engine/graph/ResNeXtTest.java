// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.Networks;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.tensor.DataType;
import io.cardinal.engine.tensor.FormulaTensors;
import io.cardinal.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The definition: its nodes, keys and parameters. */
class ResNeXtTest {
  @Test
  void shouldNameNodesAsCheckpointsDo() {
    Graph graph = ResNeXt.describe(Architectures.named("resnext50_32x4d").orElseThrow().spec());
    assertThat(graph.nodes())
        .extracting(Node::name)
        .startsWith(
            "image",
            "conv1",
            "bn1",
            "bn1.relu",
            "maxpool",
            "layer1.0.conv1",
            "layer1.0.bn1",
            "layer1.0.bn1.relu",
            "layer1.0.conv2",
            "layer1.0.bn2",
            "layer1.0.bn2.relu",
            "layer1.0.conv3",
            "layer1.0.bn3",
            "layer1.0.downsample.0",
            "layer1.0.downsample.1",
            "layer1.0",
            "layer1.0.relu",
            "layer1.1.conv1")
        .endsWith("layer4.2.bn3", "layer4.2", "layer4.2.relu", "avgpool", "fc");
    assertThat(graph.output()).isEqualTo("fc");
  }

  @Test
  void shouldPutTheStrideOnThe3x3AndOnTheShortcut() {
    Graph graph = ResNeXt.describe(Architectures.named("resnext101_32x8d").orElseThrow().spec());
    assertThat(graph.node("layer3.0.conv1").op()).isEqualTo(Op.Convolution.plain(1024, 1, 1, 0, 1));
    assertThat(graph.node("layer3.0.conv2").op())
        .isEqualTo(Op.Convolution.plain(1024, 3, 2, 1, 32));
    assertThat(graph.node("layer3.0.conv3").op()).isEqualTo(Op.Convolution.plain(1024, 1, 1, 0, 1));
    assertThat(graph.node("layer3.0.downsample.0").op())
        .isEqualTo(Op.Convolution.plain(1024, 1, 2, 0, 1));
    assertThat(graph.node("layer3.22.conv2").op())
        .isEqualTo(Op.Convolution.plain(1024, 3, 1, 1, 32));
    assertThat(graph.nodes()).filteredOn(node -> node.name().contains("downsample.0")).hasSize(4);
  }

  @Test
  void shouldListParametersInTheOrderOfTheStateDict() {
    Map<String, List<Integer>> shapes =
        ResNeXt.parameterShapes(Architectures.named("resnext50_32x4d").orElseThrow().spec());
    assertThat(shapes.keySet())
        .startsWith("conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var")
        .endsWith("fc.weight", "fc.bias")
        .hasSize(5 * 53 + 2);
    assertThat(shapes.get("conv1.weight")).containsExactly(64, 3, 7, 7);
    assertThat(shapes.get("layer1.0.conv2.weight")).containsExactly(128, 4, 3, 3);
    assertThat(shapes.get("layer4.0.downsample.0.weight")).containsExactly(2048, 1024, 1, 1);
    assertThat(shapes.get("fc.weight")).containsExactly(1000, 2048);
  }

  @Test
  void shouldRefuseAMissingAndAMisshapenTensor() {
    Map<String, Tensor> tensors = new HashMap<>(FormulaTensors.of(Networks.SMALL, 0));
    Tensor removed = tensors.remove("layer2.0.bn2.bias");
    assertThatThrownBy(() -> ResNeXt.build(Networks.SMALL, tensors))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("layer2.0.bn2.bias")
        .extracting(e -> ((ModelException) e).reason())
        .isEqualTo(Reason.MISSING_TENSOR);
    tensors.put("layer2.0.bn2.bias", new Misshapen(List.of(removed.shape().get(0), 1)));
    assertThatThrownBy(() -> ResNeXt.build(Networks.SMALL, tensors))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("layer2.0.bn2.bias")
        .hasMessageContaining("[32]")
        .hasMessageContaining("[32, 1]")
        .extracting(e -> ((ModelException) e).reason())
        .isEqualTo(Reason.WRONG_SHAPE);
  }

  private record Misshapen(List<Integer> shape) implements Tensor {
    @Override
    public DataType type() {
      return DataType.F32;
    }

    @Override
    public void read(long first, double[] into, int count) {
      throw new AssertionError("a tensor of the wrong shape was read");
    }
  }
}
