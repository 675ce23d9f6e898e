// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.ModelMetadata;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.FormulaTensors;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.weights.RandomModel;
import io.cardinal.weights.onnx.OnnxModel.BatchNorm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an ONNX file holds, read with a reader of its own; benchmarks run such files. */
class OnnxModelTest {
  private static final ResNeXtSpec SPEC =
      new ResNeXtSpec(List.of(1, 1), 2, 4, Stem.CONV7X7_POOL, 8, 16, 5, 1e-3);
  private static final Map<String, Tensor> TENSORS = FormulaTensors.of(SPEC, 0);
  private static final ModelDefinition SMALL =
      new ModelDefinition(
          "small", SPEC, Preprocessing.torchvision(), ModelMetadata.unnamed(5), "", TENSORS);

  @Test
  void shouldStateVersionsAndMetadata() throws IOException {
    Fields model = read(OnnxModel.of(SMALL, Map.of("b", "ü", "a", ""), BatchNorm.FOLD));
    assertThat(model.numbers(1)).containsExactly(8L);
    assertThat(model.text(2)).isEqualTo("cardinal");
    assertThat(model.message(8).text(1)).isEmpty();
    assertThat(model.message(8).numbers(2)).containsExactly(17L);
    assertThat(model.messages(14).stream().map(entry -> entry.text(1) + "=" + entry.text(2)))
        .containsExactly("a=", "b=ü");
  }

  @Test
  void shouldTakeImagesAndGiveLogitsOfAnyBatch() throws IOException {
    Fields graph = read(OnnxModel.of(SMALL, Map.of(), BatchNorm.FOLD)).message(7);
    assertThat(graph.text(2)).isEqualTo("small");
    assertThat(value(graph.message(11))).isEqualTo("images: 1 [N, 3, 224, 224]");
    assertThat(value(graph.message(12))).isEqualTo("logits: 1 [N, 5]");
  }

  @Test
  void shouldFoldBatchNormalisations() throws IOException {
    Fields graph = read(OnnxModel.of(SMALL, Map.of(), BatchNorm.FOLD)).message(7);
    assertThat(nodes(graph))
        .isEqualTo(
            """
            Conv(images, conv1.weight, bn1.folded) -> conv1.convolution {[7, 7] [2, 2] [3, 3, 3, 3] 1}
            Relu(conv1.convolution) -> conv1
            MaxPool(conv1) -> maxpool {[3, 3] [2, 2] [1, 1, 1, 1]}
            Conv(maxpool, layer1.0.conv1.weight, layer1.0.bn1.folded) -> layer1.0.conv1.convolution {[1, 1] [1, 1] [0, 0, 0, 0] 1}
            Relu(layer1.0.conv1.convolution) -> layer1.0.conv1
            Conv(layer1.0.conv1, layer1.0.conv2.weight, layer1.0.bn2.folded) -> layer1.0.conv2.convolution {[3, 3] [1, 1] [1, 1, 1, 1] 2}
            Relu(layer1.0.conv2.convolution) -> layer1.0.conv2
            Conv(maxpool, layer1.0.downsample.0.weight, layer1.0.downsample.1.folded) -> layer1.0.downsample.0 {[1, 1] [1, 1] [0, 0, 0, 0] 1}
            Conv(layer1.0.conv2, layer1.0.conv3.weight, layer1.0.bn3.folded) -> layer1.0.conv3.convolution {[1, 1] [1, 1] [0, 0, 0, 0] 1}
            Add(layer1.0.conv3.convolution, layer1.0.downsample.0) -> layer1.0.conv3.sum
            Relu(layer1.0.conv3.sum) -> layer1.0.conv3
            """
                + nodes(graph).substring(nodes(graph).indexOf("Conv(layer1.0.conv3,")));
    assertThat(nodes(graph))
        .contains("-> layer2.0.conv2.convolution {[3, 3] [2, 2] [1, 1, 1, 1] 2}\n")
        .endsWith(
            """
            GlobalAveragePool(layer2.0.conv3) -> avgpool
            Flatten(avgpool) -> fc.vector
            Gemm(fc.vector, fc.weight, fc.bias) -> logits {1}
            """);
    float[] weights = initializers(graph).get("layer1.0.conv2.weight").floats(9);
    float[] biases = initializers(graph).get("layer1.0.bn2.folded").floats(9);
    double[] raw = values("layer1.0.conv2.weight");
    int row = raw.length / biases.length;
    for (int c = 0; c < biases.length; c++) {
      double f =
          values("layer1.0.bn2.weight")[c]
              / Math.sqrt(values("layer1.0.bn2.running_var")[c] + SPEC.epsilon());
      double mean = values("layer1.0.bn2.running_mean")[c];
      assertThat(biases[c]).isEqualTo((float) (values("layer1.0.bn2.bias")[c] - mean * f));
      assertThat(weights[c * row + 5]).isEqualTo((float) (raw[c * row + 5] * f));
    }
  }

  @Test
  void shouldKeepBatchNormalisationsWithTheirNumbers() throws IOException {
    Fields graph = read(OnnxModel.of(SMALL, Map.of(), BatchNorm.KEEP)).message(7);
    assertThat(nodes(graph))
        .startsWith(
            """
            Conv(images, conv1.weight) -> conv1 {[7, 7] [2, 2] [3, 3, 3, 3] 1}
            BatchNormalization(conv1, bn1.weight, bn1.bias, bn1.running_mean, bn1.running_var) -> bn1 {0.001}
            Relu(bn1) -> bn1.relu
            """)
        .contains("\nAdd(layer1.0.bn3, layer1.0.downsample.1) -> layer1.0\n");
    Map<String, Fields> initializers = initializers(graph);
    assertThat(initializers.keySet())
        .containsExactlyInAnyOrderElementsOf(ResNeXt.parameterShapes(SPEC).keySet());
    ResNeXt.parameterShapes(SPEC)
        .forEach(
            (key, shape) -> {
              Fields tensor = Objects.requireNonNull(initializers.get(key));
              assertThat(tensor.numbers(1)).isEqualTo(shape.stream().map(Long::valueOf).toList());
              assertThat(tensor.numbers(2)).containsExactly(1L);
              float[] floats = tensor.floats(9);
              double[] expected = values(key);
              assertThat(floats).hasSameSizeAs(expected);
              for (int i = 0; i < floats.length; i++) {
                assertThat((double) floats[i]).isEqualTo(expected[i]);
              }
            });
  }

  @Test
  void shouldWriteTheSameBytesEachTimeHoweverFewTheChannelTakes() throws IOException {
    OnnxModel model = OnnxModel.of(SMALL, Map.of("key", "value"), BatchNorm.FOLD);
    byte[] first = bytes(model);
    assertThat(bytes(model)).isEqualTo(first).hasSize(model.bytes());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.writeTo(new Slow(out));
    assertThat(out.toByteArray()).isEqualTo(first);
  }

  @Test
  void shouldRefuseWhatAnOnnxFileCannotHold() {
    ModelDefinition large = RandomModel.of("resnext101_32x48d", 0);
    assertThatThrownBy(() -> OnnxModel.of(large, Map.of(), BatchNorm.FOLD))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE))
        .hasMessageMatching(
            "resnext101_32x48d does not fit into an ONNX file: expected at most 2147483647 bytes,"
                + " found 33\\d{8} bytes");
  }

  @Test
  void shouldRefuseAModelWithoutAParameter() {
    Map<String, Tensor> tensors = new HashMap<>(TENSORS);
    tensors.remove("fc.bias");
    ModelDefinition broken =
        new ModelDefinition("b", SPEC, SMALL.preprocessing(), SMALL.metadata(), "", tensors);
    assertThatThrownBy(() -> OnnxModel.of(broken, Map.of(), BatchNorm.KEEP))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("fc.bias");
  }

  private static String value(Fields info) {
    Fields tensor = info.message(2).message(1);
    List<String> dimensions =
        tensor.message(2).messages(1).stream()
            .map(
                d ->
                    d.text(2)
                        + String.join("", d.numbers(1).stream().map(String::valueOf).toList()))
            .toList();
    return info.text(1) + ": " + tensor.numbers(1).get(0) + " " + dimensions;
  }

  /** A line each: operator, inputs, output, and the attributes' values in order. */
  private static String nodes(Fields graph) {
    StringBuilder text = new StringBuilder();
    for (Fields node : graph.messages(1)) {
      text.append(node.text(4)).append('(').append(String.join(", ", node.texts(1)));
      text.append(") -> ").append(node.text(2));
      List<String> attributes = node.messages(5).stream().map(OnnxModelTest::attribute).toList();
      text.append(attributes.isEmpty() ? "" : " {" + String.join(" ", attributes) + "}");
      text.append('\n');
    }
    return text.toString();
  }

  private static String attribute(Fields attribute) {
    long type = attribute.numbers(20).get(0);
    return switch ((int) type) {
      case 1 -> String.valueOf(attribute.real(2));
      case 2 -> attribute.numbers(3).get(0).toString();
      case 7 -> attribute.numbers(8).toString();
      default -> throw new AssertionError("type " + type);
    };
  }

  private static Map<String, Fields> initializers(Fields graph) {
    Map<String, Fields> initializers = new HashMap<>();
    for (Fields tensor : graph.messages(5)) {
      assertThat(initializers.put(tensor.text(8), tensor)).isNull();
    }
    return initializers;
  }

  private static double[] values(String key) {
    Tensor tensor = Objects.requireNonNull(TENSORS.get(key));
    double[] values = new double[(int) tensor.elements()];
    tensor.read(0, values, values.length);
    return values;
  }

  private static Fields read(OnnxModel model) throws IOException {
    return new Fields(ByteBuffer.wrap(bytes(model)));
  }

  private static byte[] bytes(OnnxModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.writeTo(Channels.newChannel(out));
    return out.toByteArray();
  }

  /** Takes a few bytes at a time. */
  private record Slow(ByteArrayOutputStream out) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer source) {
      int count = Math.min(1000, source.remaining());
      byte[] some = new byte[count];
      source.get(some);
      out.writeBytes(some);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
