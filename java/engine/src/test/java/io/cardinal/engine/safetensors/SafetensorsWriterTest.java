// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.tensor.DataType;
import io.cardinal.engine.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  /** A tensor whose element i is {@code i}; reading fails from an index on. */
  private record Counting(DataType type, List<Integer> shape, long failsAt) implements Tensor {
    @Override
    public void read(long first, double[] into, int count) {
      for (int i = 0; i < count; i++) {
        if (first + i >= failsAt) {
          throw new UncheckedIOException(new IOException("no more"));
        }
        into[i] = first + i;
      }
    }
  }

  private static Counting counting(DataType type, Integer... shape) {
    return new Counting(type, List.of(shape), Long.MAX_VALUE);
  }

  @Test
  void shouldWriteWhatItReads() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z", counting(DataType.F32, 3, 2));
    tensors.put("y", counting(DataType.F16, 5));
    tensors.put("x", counting(DataType.BF16));
    tensors.put("w", counting(DataType.I64, 0, 4));
    tensors.put("v", counting(DataType.F64, 300_000));
    Path target = folder.resolve("file");
    SafetensorsWriter.write(target, Map.of("b", "2", "a", "é\n"), tensors);
    try (SafetensorsFile file = SafetensorsFile.open(target)) {
      assertThat(file.metadata()).containsExactly(Map.entry("a", "é\n"), Map.entry("b", "2"));
      assertThat(file.tensors().keySet()).containsExactly("z", "y", "x", "w", "v");
      file.tensors()
          .forEach(
              (name, tensor) -> {
                Tensor wanted = Objects.requireNonNull(tensors.get(name));
                assertThat(tensor.type()).isEqualTo(wanted.type());
                assertThat(tensor.shape()).isEqualTo(wanted.shape());
                double[] values = new double[(int) tensor.elements()];
                tensor.read(0, values, values.length);
                for (int i = 0; i < values.length; i++) {
                  assertThat(values[i]).isEqualTo(i);
                }
              });
    }
  }

  @Test
  void shouldGiveTheSameBytesAndAlignTheData() throws IOException {
    Map<String, Tensor> tensors = Map.of("a", counting(DataType.F32, 4));
    SafetensorsWriter.write(folder.resolve("1"), Map.of("k", "v"), tensors);
    SafetensorsWriter.write(folder.resolve("2"), Map.of("k", "v"), tensors);
    byte[] bytes = Files.readAllBytes(folder.resolve("1"));
    assertThat(bytes).isEqualTo(Files.readAllBytes(folder.resolve("2")));
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
  }

  @Test
  void shouldCopyBitsThatDoubleWouldChange() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0x7f800001).putInt(0xffc01234).putLong((1L << 53) + 1); // signalling NaN, payload
    String json =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[8,16]}}";
    ByteBuffer whole = ByteBuffer.allocate(8 + json.length() + 16).order(ByteOrder.LITTLE_ENDIAN);
    whole.putLong(json.length()).put(json.getBytes(StandardCharsets.UTF_8));
    Path source = Files.write(folder.resolve("in"), whole.put(data.array()).array());
    try (SafetensorsFile file = SafetensorsFile.open(source)) {
      SafetensorsWriter.write(folder.resolve("out"), Map.of(), file.tensors());
    }
    byte[] written = Files.readAllBytes(folder.resolve("out"));
    assertThat(Arrays.copyOfRange(written, written.length - 16, written.length))
        .isEqualTo(data.array());
  }

  @Test
  void shouldLeaveTheOldFileWhereATensorFails() throws IOException {
    Path target = Files.writeString(folder.resolve("file"), "old");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", counting(DataType.F32, 1_000_000));
    tensors.put("b", new Counting(DataType.F32, List.of(600_000), 500_000));
    assertThatThrownBy(() -> SafetensorsWriter.write(target, Map.of(), tensors))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no more");
    assertThat(Files.readString(target)).isEqualTo("old");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void shouldReplaceTheFileThatALinkNames() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    SafetensorsWriter.write(link, Map.of(), Map.of());
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.size(real)).isGreaterThan(8);
    assertThat(names()).containsExactlyInAnyOrder("real", "link");
  }

  @Test
  void shouldNotReplaceWhatIsNoFile() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    assertThatThrownBy(() -> SafetensorsWriter.write(target, Map.of(), Map.of()))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("no/file"), Map.of(), Map.of()))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(names()).containsExactly("target");
  }

  @Test
  void shouldRefuseMetadataThatNoReaderTakes() {
    String large = "x".repeat(SafetensorsHeader.MAX_TEXT + 1);
    assertThatThrownBy(
            () -> SafetensorsWriter.write(folder.resolve("f"), Map.of("k", large), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = new ArrayList<>();
      files.forEach(path -> names.add(String.valueOf(path.getFileName())));
      return names;
    }
  }
}
