// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import io.cardinal.engine.tensor.DataType;
import java.nio.ByteBuffer;

/** Stored elements to and from double. The buffer's byte order is the file's. */
public final class Elements {
  private Elements() {}

  /**
   * Decodes elements from the buffer's position onward, which moves behind them.
   *
   * @param type how they are stored
   * @param from the bytes, in the buffer's order
   * @param into receives the values
   * @param offset index of the first value in {@code into}
   * @param count how many
   */
  public static void decode(DataType type, ByteBuffer from, double[] into, int offset, int count) {
    int end = offset + count;
    switch (type) {
      case F64 -> {
        for (int i = offset; i < end; i++) {
          into[i] = from.getDouble();
        }
      }
      case F32 -> {
        for (int i = offset; i < end; i++) {
          into[i] = from.getFloat();
        }
      }
      case F16 -> {
        for (int i = offset; i < end; i++) {
          into[i] = halfToFloat(from.getShort());
        }
      }
      case BF16 -> {
        for (int i = offset; i < end; i++) {
          into[i] = Float.intBitsToFloat(from.getShort() << 16);
        }
      }
      case I64 -> {
        for (int i = offset; i < end; i++) {
          into[i] = from.getLong();
        }
      }
    }
  }

  /**
   * Encodes elements at the buffer's position, which moves behind them; rounds to nearest even.
   *
   * @param type how they are to be stored
   * @param values the values
   * @param count how many, from index 0
   * @param into receives the bytes, in the buffer's order
   */
  public static void encode(DataType type, double[] values, int count, ByteBuffer into) {
    switch (type) {
      case F64 -> {
        for (int i = 0; i < count; i++) {
          into.putDouble(values[i]);
        }
      }
      case F32 -> {
        for (int i = 0; i < count; i++) {
          into.putFloat((float) values[i]);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into.putShort(doubleToHalf(values[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into.putShort(doubleToBfloat16(values[i]));
        }
      }
      case I64 -> {
        for (int i = 0; i < count; i++) {
          into.putLong((long) values[i]);
        }
      }
    }
  }

  /** An IEEE half, exactly. */
  static float halfToFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) { // zero and subnormals: fraction * 2^-24
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
    return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
  }

  /** The nearest half; ties go to the even one, what is too large becomes infinite. */
  static short doubleToHalf(double value) {
    int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
    double magnitude = Math.abs(value);
    if (Double.isNaN(value)) {
      return (short) (sign | 0x7e00);
    } else if (magnitude >= 65520.0) { // halfway between the largest half and the next power
      return (short) (sign | 0x7c00);
    }
    int exponent = Math.max(Math.getExponent(magnitude), -14);
    long scaled = (long) Math.rint(Math.scalb(magnitude, 10 - exponent)); // below 2^11, or equal
    return (short) (sign | (int) (((long) (exponent + 14) << 10) + scaled));
  }

  /** The nearest bfloat16; ties go to the even one. */
  static short doubleToBfloat16(double value) {
    if (Double.isNaN(value)) {
      return (short) ((Double.doubleToRawLongBits(value) >>> 48 & 0x8000) | 0x7fc0);
    }
    int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
    double magnitude = Math.abs(value);
    if (magnitude >= 0x1.ffp127) { // halfway between the largest bfloat16 and the next power
      return (short) (sign | 0x7f80);
    }
    int exponent = Math.max(Math.getExponent(magnitude), -126);
    long scaled = (long) Math.rint(Math.scalb(magnitude, 7 - exponent));
    return (short) (sign | (int) (((long) (exponent + 126) << 7) + scaled));
  }
}
