// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Views of a storage whose element i is i: element (a, b, c) must be offset + its strides. */
class TorchTensorTest {
  @TempDir Path folder;

  private Checkpoint open(int elements, long offset, long[] shape, long[] strides)
      throws IOException {
    byte[] pickle =
        Pickle.start().op('}').text("a").tensor(elements, offset, shape, strides).op('s').stop();
    return Checkpoint.open(Files.write(folder.resolve("file.pth"), Legacy.file(pickle, elements)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, 3, 4, 12, 4, 1",
    "5, 2, 3, 4, 12, 4, 1",
    "0, 2, 3, 4, 1, 2, 6",
    "3, 2, 3, 4, 12, 1, 3",
    "0, 4, 3, 2, 1, 4, 12",
    "7, 2, 3, 4, 0, 0, 0",
    "0, 5, 1, 7, 7, 999, 1",
    "1, 3, 3, 3, 1, 1, 1",
    "0, 2, 2, 2, 16, 8, 4",
    "2, 1, 1, 1, 5, 5, 5",
  })
  void shouldFollowTheStrides(long offset, int d0, int d1, int d2, long s0, long s1, long s2)
      throws IOException {
    try (Checkpoint file = open(60, offset, new long[] {d0, d1, d2}, new long[] {s0, s1, s2})) {
      double[] all = Tensors.values(file, "a");
      StoredTensor tensor = stored(file);
      int i = 0;
      for (int a = 0; a < d0; a++) {
        for (int b = 0; b < d1; b++) {
          for (int c = 0; c < d2; c++, i++) {
            double wanted = offset + a * s0 + b * s1 + c * s2;
            assertThat(all[i]).isEqualTo(wanted);
            double[] one = new double[1];
            tensor.read(i, one, 1);
            assertThat(one[0]).isEqualTo(wanted);
          }
        }
      }
      ByteBuffer bytes = ByteBuffer.allocate(all.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      tensor.readBytes(0, all.length, bytes);
      assertThat(bytes.getFloat(0)).isEqualTo((float) all[0]);
    }
  }

  @Test
  void shouldReadLargeTransposedMatricesInReasonableTime() throws IOException {
    int rows = 1000;
    int columns = 2048;
    try (Checkpoint file =
        open(rows * columns, 0, new long[] {rows, columns}, new long[] {1, rows})) {
      Assertions.assertTimeout(
          Duration.ofSeconds(20),
          () -> {
            StoredTensor tensor = stored(file);
            double[] row = new double[columns];
            for (int r = 0; r < rows; r++) {
              tensor.read((long) r * columns, row, columns);
              assertThat(row[3]).isEqualTo(r + 3 * rows);
            }
          });
    }
  }

  private static StoredTensor stored(Checkpoint file) {
    return (StoredTensor) Objects.requireNonNull(file.root().get("a"));
  }
}
