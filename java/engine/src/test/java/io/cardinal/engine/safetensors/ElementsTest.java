// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.tensor.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ElementsTest {
  @Test
  void shouldKeepEveryHalfThroughDouble() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Elements.halfToFloat((short) bits);
      short back = Elements.doubleToHalf(value);
      if (Float.isNaN(value)) {
        assertThat(Float.isNaN(Elements.halfToFloat(back))).isTrue();
      } else {
        assertThat(back).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void shouldKnowHalvesOfTheStandard() {
    assertThat(Elements.halfToFloat((short) 0x3c00)).isEqualTo(1f);
    assertThat(Elements.halfToFloat((short) 0x7bff)).isEqualTo(65504f);
    assertThat(Elements.halfToFloat((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(Elements.halfToFloat((short) 0x8400)).isEqualTo(-0x1p-14f);
    assertThat(Elements.halfToFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(1 / Elements.halfToFloat((short) 0x8000)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void shouldRoundToTheNearestHalfTiesToEven() {
    assertThat(Elements.doubleToHalf(1 + 0x1p-11)).isEqualTo((short) 0x3c00);
    assertThat(Elements.doubleToHalf(1 + 0x3p-11)).isEqualTo((short) 0x3c02);
    assertThat(Elements.doubleToHalf(Math.nextUp(1 + 0x1p-11))).isEqualTo((short) 0x3c01);
    assertThat(Elements.doubleToHalf(65519.99)).isEqualTo((short) 0x7bff);
    assertThat(Elements.doubleToHalf(65520)).isEqualTo((short) 0x7c00);
    assertThat(Elements.doubleToHalf(0x1p-25)).isEqualTo((short) 0);
    assertThat(Elements.doubleToHalf(0x1.8p-25)).isEqualTo((short) 1);
    assertThat(Elements.doubleToHalf(-0.0)).isEqualTo((short) 0x8000);
  }

  @Test
  void shouldKeepEveryBfloat16ThroughDouble() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Float.intBitsToFloat(bits << 16);
      if (!Float.isNaN(value)) {
        assertThat(Elements.doubleToBfloat16(value)).isEqualTo((short) bits);
      }
    }
    assertThat(Elements.doubleToBfloat16(Double.NaN)).isEqualTo((short) 0x7fc0);
    assertThat(Elements.doubleToBfloat16(1e300)).isEqualTo((short) 0x7f80);
    assertThat(Elements.doubleToBfloat16(1 + 0x1p-8)).isEqualTo((short) 0x3f80);
    assertThat(Elements.doubleToBfloat16(1 + 0x3p-8)).isEqualTo((short) 0x3f82);
  }

  @Test
  void shouldEncodeAndDecodeEveryType() {
    double[] values = {0, 1, -2, 0.5, 96};
    for (DataType type : DataType.values()) {
      double[] wanted = type == DataType.I64 ? new double[] {0, 1, -2, 0, 96} : values;
      for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes()).order(order);
        Elements.encode(type, values, values.length, bytes);
        double[] back = new double[values.length + 1];
        Elements.decode(type, bytes.flip(), back, 1, values.length);
        for (int i = 0; i < values.length; i++) {
          assertThat(back[i + 1]).isEqualTo(wanted[i]);
        }
      }
    }
  }
}
