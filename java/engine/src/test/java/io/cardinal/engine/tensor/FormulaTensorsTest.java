// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.testing.Golden;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The formula against values that were worked out elsewhere. */
class FormulaTensorsTest {
  private static final JsonNode EXAMPLES = Golden.json("formula/examples.json");

  @Test
  void shouldHashAsFnv1a() {
    JsonNode hash = EXAMPLES.get("hash");
    String text = hash.get("text").textValue();
    assertThat(Long.toHexString(FormulaTensors.hash(text)))
        .isEqualTo(hash.get("fnv1a64").textValue());
    assertThat(Long.toHexString(FormulaTensors.start(text, 0)))
        .isEqualTo(hash.get("start_seed_0").textValue());
  }

  @Test
  void shouldDrawAsSplittableRandom() {
    for (JsonNode each : EXAMPLES.get("u")) {
      long start = FormulaTensors.start(each.get("key").textValue(), 0);
      double u = FormulaTensors.unit(start, each.get("index").longValue());
      assertThat(u * (1 << 24)).isEqualTo(each.get("u_times_2_24").doubleValue());
    }
    long start = FormulaTensors.start("conv1.weight", 7);
    SplittableRandom random = new SplittableRandom(start);
    for (int i = 0; i < 1_000; i++) {
      assertThat(FormulaTensors.unit(start, i)).isEqualTo((random.nextLong() >>> 40) * 0x1p-24);
    }
  }

  @Test
  void shouldGiveTheWorkedValues() {
    int images = 0;
    for (JsonNode each : EXAMPLES.get("values")) {
      String key = each.get("key").textValue();
      List<Integer> shape = new ArrayList<>();
      each.get("shape").forEach(dimension -> shape.add(dimension.intValue()));
      int index = each.get("index").intValue();
      float found;
      if (key.startsWith("input:")) {
        images++;
        found = pixel(Integer.parseInt(key.substring(6)), shape.get(2), index);
      } else {
        double[] value = new double[1];
        FormulaTensors.of(key, shape, each.get("seed").longValue()).read(index, value, 1);
        found = (float) value[0];
        assertThat((double) found).isEqualTo(value[0]);
      }
      assertThat(Float.toHexString(found)).as("%s", each).isEqualTo(each.get("hex").textValue());
    }
    assertThat(EXAMPLES.get("values")).hasSize(47);
    assertThat(images).isPositive();
  }

  @Test
  void shouldReadPartsAsTheWhole() {
    Tensor tensor = FormulaTensors.of("layer1.0.conv2.weight", List.of(8, 4, 3, 3), 5);
    double[] whole = new double[(int) tensor.elements()];
    tensor.read(0, whole, whole.length);
    for (int length : new int[] {7, 25}) { // less than a plane, and more than two
      double[] part = new double[length];
      for (int first = 0; first + length <= whole.length; first++) {
        tensor.read(first, part, length);
        for (int i = 0; i < length; i++) {
          assertThat(part[i]).isEqualTo(whole[first + i]);
        }
      }
    }
  }

  @Test
  void shouldGiveAllParametersOfResNeXt50() throws NoSuchAlgorithmException {
    JsonNode network = Golden.json("formula/index.json").at("/networks/resnext50_32x4d");
    ResNeXtSpec spec = Architectures.named("resnext50_32x4d").orElseThrow().spec();
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Map<String, Tensor> tensors = FormulaTensors.of(spec, network.get("seed").longValue());
    for (Tensor tensor : tensors.values()) {
      double[] values = new double[(int) tensor.elements()];
      tensor.read(0, values, values.length);
      ByteBuffer bytes =
          ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
      for (double value : values) {
        bytes.putFloat((float) value);
      }
      digest.update(bytes.flip());
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo(network.get("parameters_sha256").textValue());
  }

  private static float pixel(int image, int size, int chwIndex) {
    int c = chwIndex / (size * size);
    int pixel = chwIndex % (size * size);
    return FormulaTensors.image(image, size)[pixel * 3 + c];
  }
}
