// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.cardinal.engine.ModelException;
import io.cardinal.testing.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that claim, nest or repeat without bounds: little memory, no deep recursion. */
@Row("W6, W8")
class BombTest {
  private static final int REPEATS = 2_000_000;

  @TempDir Path folder;

  private long allocated(byte[] bytes) throws IOException {
    Path path = Files.write(folder.resolve("bomb"), bytes);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    ModelException e =
        catchThrowableOfType(ModelException.class, () -> Checkpoint.open(path).close());
    long after = threads.getCurrentThreadAllocatedBytes();
    assertThat(e).isNotNull();
    return after - before;
  }

  /** One opcode, or a few, over and over; hexadecimal. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "7d",
        "5d",
        "29",
        "8f",
        "4e",
        "28",
        "4b01",
        "5d6100",
        "7d7101",
        "5d71016801",
        "4e85",
        "2885",
        "550161",
        "580000000000",
        "7d4e4e73",
        "5d4e61",
        "2874",
        "8a00",
        "4700000000000000"
      })
  void shouldBoundThePickle(String hex) throws IOException {
    byte[] unit = HexFormat.of().parseHex(hex);
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(Pickle.start().bytes());
    for (int i = 0; i < REPEATS / unit.length; i++) {
      pickle.writeBytes(unit);
    }
    byte[] bytes = Legacy.file(pickle.toByteArray(), 1);
    assertThat(allocated(bytes)).isLessThan(2L * bytes.length + (16 << 20));
  }

  @Test
  void shouldRefuseDeepListsWithoutRecursion() throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(Pickle.start().bytes());
    byte[] open = new byte[50_000];
    Arrays.fill(open, (byte) ']');
    pickle.writeBytes(open);
    Arrays.fill(open, (byte) 'a');
    pickle.write(open, 0, open.length - 1);
    pickle.write('.');
    assertThat(allocated(Legacy.file(pickle.toByteArray(), 1))).isLessThan(16 << 20);
  }

  @Test
  void shouldTakeADictionaryThatContainsItself() throws IOException {
    Pickle pickle = Pickle.start().op('}', 'q', 0).text("state_dict").op('h', 0, 's');
    pickle.text("a").tensor(1, 0, new long[] {1}, new long[] {1}).op('s');
    Path path = Files.write(folder.resolve("cycle"), Legacy.file(pickle.stop(), 1));
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      assertThat(checkpoint.root().get("state_dict")).isSameAs(checkpoint.root());
    }
  }

  @Test
  void shouldNotBelieveHeaders() throws IOException {
    byte[] claim = Zip.little(9).putLong(100_000_000).put((byte) '{').array();
    assertThat(allocated(claim)).isLessThan(1 << 20);
    Pickle text = Pickle.start().op('X', 0xff, 0xff, 0xff, 0x7f);
    assertThat(allocated(Legacy.file(text.bytes(), 1))).isLessThan(1 << 20);
  }
}
