// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.testing.Row;
import io.cardinal.testing.Scale;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Row("W1 (safetensors)")
class SafetensorsFileTest {
  @TempDir Path folder;

  /** A rule: a header and the bytes of data behind it; what is right, what is refused and why. */
  private static Arguments rule(
      String name, String good, int goodData, String bad, int badData, Reason reason) {
    return Arguments.of(name, good, goodData, bad, badData, reason);
  }

  private static String f32(String shape, long begin, long end) {
    return tensor("F32", shape, begin, end);
  }

  private static String tensor(String type, String shape, long begin, long end) {
    return String.format(
        "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}", type, shape, begin, end);
  }

  private static String one(String tensor) {
    return "{\"a\":" + tensor + "}";
  }

  private static String two(String a, String b) {
    return "{\"a\":" + a + ",\"b\":" + b + "}";
  }

  // spotless:off
  static Stream<Arguments> rules() {
    String ok = f32("[2]", 0, 8);
    String nine = "[1,1,1,1,1,1,1,1,1]";
    Reason corrupt = Reason.CORRUPT;
    return Stream.of(
        rule("spaces behind", one(ok) + "   ", 8, one(ok) + " \n", 8, corrupt),
        rule("one JSON value", "{}", 0, "{}{}", 0, corrupt),
        rule("whole JSON", "{}", 0, "{\"a\":", 0, corrupt),
        rule("no comment", "{}", 0, "{/**/}", 0, corrupt),
        rule("no name twice", two(ok, f32("[1]", 8, 12)), 12, "{\"a\":" + ok + ",\"a\":" + ok + "}", 8, corrupt),
        rule("offsets cover the data", one(ok), 8, one(ok), 9, corrupt),
        rule("data is there", one(ok), 8, one(ok), 7, Reason.TRUNCATED),
        rule("data begins at 0", one(ok), 8, one(f32("[2]", 4, 12)), 12, corrupt),
        rule("no hole", two(ok, f32("[1]", 8, 12)), 12, two(ok, f32("[1]", 12, 16)), 16, corrupt),
        rule("no overlap", two(ok, f32("[1]", 8, 12)), 12, two(ok, f32("[1]", 4, 8)), 8, corrupt),
        rule("any order", two(f32("[1]", 8, 12), ok), 12, two(ok, ok), 8, corrupt),
        rule("size fits shape", one(ok), 8, one(f32("[3]", 0, 8)), 8, corrupt),
        rule("size fits type", one(tensor("F64", "[1]", 0, 8)), 8, one(tensor("F64", "[2]", 0, 8)), 8, corrupt),
        rule("offsets ascend", one(f32("[0]", 0, 0)), 0, one(f32("[1]", 8, 4)), 8, corrupt),
        rule("no negative dimension", one(f32("[0,5]", 0, 0)), 0, one(f32("[-1]", 0, 0)), 0, corrupt),
        rule("no negative offset", one(ok), 8, one(f32("[2]", -8, 0)), 0, corrupt),
        rule("dimensions are int", one(f32("[2147483647,0]", 0, 0)), 0, one(f32("[2147483648,0]", 0, 0)), 0, corrupt),
        rule("no overflow", one(f32("[2147483647,0]", 0, 0)), 0, one(f32("[2147483647,2147483647,4]", 0, 0)), 0, corrupt),
        rule("no fraction", one(ok), 8, one(f32("[2.0]", 0, 8)), 8, corrupt),
        rule("no huge number", one(ok), 8, one(f32("[99999999999999999999]", 0, 8)), 8, corrupt),
        rule("rank at most 8", one(f32("[1,1,1,1,1,1,1,2]", 0, 8)), 8, one(f32(nine, 0, 4)), 4, corrupt),
        rule("two offsets", one(ok), 8, one("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}"), 8, corrupt),
        rule("not three offsets", one(ok), 8, one("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}"), 8, corrupt),
        rule("offsets needed", one(ok), 8, one("{\"dtype\":\"F32\",\"shape\":[2]}"), 8, corrupt),
        rule("type needed", one(ok), 8, one("{\"shape\":[2],\"data_offsets\":[0,8]}"), 8, corrupt),
        rule("shape needed", one(f32("[]", 0, 4)), 4, one("{\"dtype\":\"F32\",\"data_offsets\":[0,4]}"), 4, corrupt),
        rule("no field twice", one(ok), 8, one("{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"), 8, corrupt),
        rule("no unknown field", one(ok), 8, one("{\"dtype\":\"F32\",\"x\":1,\"shape\":[2],\"data_offsets\":[0,8]}"), 8, corrupt),
        rule("known type", one(tensor("BF16", "[1]", 0, 2)), 2, one(tensor("F99", "[1]", 0, 2)), 2, corrupt),
        rule("type that is read", one(tensor("I64", "[1]", 0, 8)), 8, one(tensor("I32", "[1]", 0, 4)), 4, Reason.UNSUPPORTED_VARIANT),
        rule("type in capitals", one(tensor("F16", "[1]", 0, 2)), 2, one(tensor("f16", "[1]", 0, 2)), 2, corrupt),
        rule("tensor is an object", one(ok), 8, "{\"a\":[]}", 0, corrupt),
        rule("metadata of texts", "{\"__metadata__\":{\"k\":\"v\"}}", 0, "{\"__metadata__\":{\"k\":1}}", 0, corrupt),
        rule("metadata is an object", "{\"__metadata__\":{}}", 0, "{\"__metadata__\":\"\"}", 0, corrupt),
        rule("metadata once", "{\"__metadata__\":{}}", 0, "{\"__metadata__\":{},\"__metadata__\":{}}", 0, corrupt),
        rule("metadata keys once", "{\"__metadata__\":{\"a\":\"\",\"b\":\"\"}}", 0, "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, corrupt),
        rule("not deep", "{}", 0, "{\"a\":{\"shape\":[[[[[]]]]]}}", 0, corrupt),
        rule("UTF-8", "{\"__metadata__\":{\"k\":\"é\"}}", 0, "{\"__metadata__\":{\"k\":\"\u0001\"}}", 0, corrupt));
  }

  // spotless:on

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void shouldHoldTheRule(
      String name, String good, int goodData, String bad, int badData, Reason reason)
      throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(file(good, goodData))) {
      assertThat(file.tensors().size() + file.metadata().size()).isGreaterThanOrEqualTo(0);
    }
    assertThat(refusal(file(bad, badData)).reason()).as(name).isEqualTo(reason);
  }

  @Test
  void shouldRefuseWhatIsNoSafetensorsFile() throws IOException {
    assertThat(refusal(bytes()).reason()).isEqualTo(Reason.EMPTY);
    assertThat(refusal(bytes(1, 2, 3)).reason()).isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(bytes(9, 0, 0, 0, 0, 0, 0, 0)).reason()).isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(bytes(9, 0, 0, 0, 0, 0, 0, 0, '{', '}')).reason())
        .isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(bytes(2, 0, 0, 0, 0, 0, 0, 0, '[', ']')).reason())
        .isEqualTo(Reason.UNKNOWN_CONTAINER);
    assertThat(refusal(bytes(0, 0, 0, 0, 0, 0, 0, 0, '{')).reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal(bytes(0, 0, 0, 0, 0, 0, 0, 0x80, '{')).reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal(bytes(1, 0xe1, 0xf5, 5, 0, 0, 0, 0, '{')).reason())
        .isEqualTo(Reason.CORRUPT);
    assertThat(refusal(bytes(0, 0xe1, 0xf5, 5, 0, 0, 0, 0, '{')).reason())
        .isEqualTo(Reason.TRUNCATED);
    Path pointer = folder.resolve("pointer");
    Files.writeString(
        pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
    assertThat(refusal(pointer).reason()).isEqualTo(Reason.LFS_POINTER);
  }

  @Test
  void shouldFailToOpenWhatIsNoFile() {
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("absent")))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> SafetensorsFile.open(folder)).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void shouldRefuseMoreTensorsThanItTakes() throws IOException {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i <= SafetensorsHeader.MAX_ENTRIES; i++) {
      json.append(i == 0 ? "" : ",").append('"').append(i).append("\":").append(f32("[0]", 0, 0));
    }
    assertThat(refusal(file(json + "}", 0)).reason()).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void shouldReadEveryTypeAndPartsOfTensors() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(0.1)
        .putFloat(1.5f)
        .putShort((short) 0x3c00)
        .putShort((short) 0xbf80)
        .putLong(-7);
    String json =
        "{\"e\":"
            + tensor("F64", "[1]", 0, 8)
            + ",\"d\":"
            + f32("[1]", 8, 12)
            + ",\"c\":"
            + tensor("F16", "[]", 12, 14)
            + ",\"b\":"
            + tensor("BF16", "[1,1]", 14, 16)
            + ",\"a\":"
            + tensor("I64", "[1]", 16, 24)
            + "}";
    try (SafetensorsFile file = SafetensorsFile.open(file(json, data.array()))) {
      assertThat(file.tensors().keySet()).containsExactly("e", "d", "c", "b", "a");
      assertThat(file.tensors().values().stream().map(SafetensorsFileTest::first))
          .containsExactly(0.1, 1.5, 1.0, -1.0, -7.0);
      Tensor scalar = Objects.requireNonNull(file.tensors().get("c"));
      assertThat(scalar.shape()).isEmpty();
      assertThatThrownBy(() -> scalar.read(1, new double[1], 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void shouldSayThatItIsClosed() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(file(one(f32("[2]", 0, 8)), 8));
    Tensor tensor = List.copyOf(file.tensors().values()).get(0);
    file.close();
    file.close();
    assertThatThrownBy(() -> tensor.read(0, new double[2], 2))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldFailAsIoWhereTheFileShrinks() throws IOException {
    Path path = file(one(f32("[2]", 0, 8)), 8);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Tensor tensor = List.copyOf(file.tensors().values()).get(0);
      Files.write(path, new byte[4]);
      assertThatThrownBy(() -> tensor.read(0, new double[2], 2))
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void shouldSurviveMutation() throws IOException {
    Random random = new Random(Scale.seed(SafetensorsFileTest.class));
    byte[] sound = Files.readAllBytes(file(two(f32("[1]", 8, 12), f32("[2]", 0, 8)) + "  ", 12));
    Path path = folder.resolve("mutant");
    for (int i = 0; i < Scale.of(5_000, 50_000, 1_000_000); i++) {
      byte[] mutant = sound.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
      }
      Files.write(path, mutant);
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        file.tensors().values().forEach(SafetensorsFileTest::first);
      } catch (ModelException e) {
        assertThat(e.reason()).isNotNull();
      } catch (Throwable e) {
        throw new AssertionError("mutant " + i, e);
      }
    }
  }

  private static double first(Tensor tensor) {
    if (tensor.elements() == 0) {
      return 0;
    }
    double[] one = new double[1];
    tensor.read(0, one, 1);
    return one[0];
  }

  private static ModelException refusal(Path path) {
    return catchThrowableOfType(ModelException.class, () -> SafetensorsFile.open(path).close());
  }

  private Path file(String json, int dataLength) throws IOException {
    return file(json, new byte[dataLength]);
  }

  private Path file(String json, byte[] data) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).put(data);
    return Files.write(Files.createTempFile(folder, "f", ".safetensors"), bytes.array());
  }

  private Path bytes(int... values) throws IOException {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Files.write(Files.createTempFile(folder, "b", ".safetensors"), bytes);
  }
}
