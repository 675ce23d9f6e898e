// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.testing.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Row("W1, W5 (archives)")
class TorchZipTest {
  @TempDir Path folder;

  /** An archive with one tensor of two elements. */
  private static Zip sound() {
    Zip zip = new Zip();
    byte[] pickle =
        Pickle.start()
            .op('}')
            .text("a")
            .tensor(2, 0, new long[] {2}, new long[] {1})
            .op('s')
            .stop();
    zip.add("x/data.pkl", pickle);
    zip.add("x/byteorder", "little".getBytes(StandardCharsets.UTF_8));
    zip.add("x/data/0", Zip.little(8).putFloat(1.5f).putFloat(-2).array());
    return zip;
  }

  private static Arguments good(String name, Consumer<Zip> change) {
    return Arguments.of(name, change);
  }

  private static Arguments bad(String name, Reason reason, Consumer<Zip> change) {
    return Arguments.of(name, change, reason);
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        good("as PyTorch writes it", zip -> {}),
        good("without a zip64 end", zip -> zip.hasEnd64 = false),
        good("with a comment", zip -> zip.comment = "made by hand"),
        good("with a comment like an end", zip -> zip.comment = "PK\5\6".repeat(6)),
        good("without byteorder", zip -> zip.items.remove(1)),
        good("with other entries", zip -> zip.add("x/.data/serialization_id", new byte[40])),
        good("with no flags", zip -> zip.items.forEach(item -> item.flags = 0)),
        good(
            "with an alignment field", zip -> zip.items.get(2).extra = new byte[] {'F', 'B', 0, 0}),
        good(
            "with zip64 sizes",
            zip -> {
              zip.items.get(2).size = 0xffffffffL;
              zip.items.get(2).extra =
                  Zip.little(12).putShort((short) 1).putShort((short) 8).putLong(8).array();
            }),
        good("with a gap before the directory", zip -> zip.gap = new byte[100]),
        good("with an empty entry", zip -> zip.add("x/empty", new byte[0])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void shouldRead(String name, Consumer<Zip> change) throws IOException {
    Zip zip = sound();
    change.accept(zip);
    try (Checkpoint checkpoint = Checkpoint.open(file(zip.write()))) {
      assertThat(checkpoint.container()).as(name).isEqualTo("torch.save (zip)");
      assertThat(Tensors.values(checkpoint, "a")).containsExactly(1.5, -2);
    }
  }

  static Stream<Arguments> refused() {
    Reason corrupt = Reason.CORRUPT;
    return Stream.of(
        bad("compressed", Reason.COMPRESSED_ENTRY, zip -> zip.items.get(0).method = 8),
        bad("compressed storage", Reason.COMPRESSED_ENTRY, zip -> zip.items.get(2).method = 8),
        bad("compressed in the local header", corrupt, zip -> zip.items.get(2).localMethod = 8),
        bad("encrypted", corrupt, zip -> zip.items.get(2).flags |= 1),
        bad("twice", corrupt, zip -> zip.add("x/data/0", new byte[8])),
        bad("twice in all", Reason.CORRUPT, zip -> zip.add("x/data.pkl", new byte[8])),
        bad("overlapping", corrupt, zip -> zip.items.get(2).headerShift = -100),
        bad("beyond the data", corrupt, zip -> zip.items.get(2).headerShift = 1000),
        bad("no local header", corrupt, zip -> zip.items.get(2).headerShift = 1),
        bad("another local name", corrupt, zip -> zip.items.get(2).localName = "x/data/1"),
        bad("longer local name", corrupt, zip -> zip.items.get(2).localName = "x/data/0/"),
        bad("two sizes", corrupt, zip -> zip.items.get(2).compressedSize = 7),
        bad("over the file", corrupt, zip -> both(zip.items.get(2), 1 << 30)),
        bad("over the directory", corrupt, zip -> both(zip.items.get(2), 60)),
        bad(
            "an exabyte",
            corrupt,
            zip -> {
              both(zip.items.get(2), 0xffffffffL);
              zip.items.get(2).extra =
                  Zip.little(20)
                      .putShort((short) 1)
                      .putShort((short) 16)
                      .putLong(1L << 60)
                      .putLong(1L << 60)
                      .array();
            }),
        bad("zip64 field missing", corrupt, zip -> both(zip.items.get(2), 0xffffffffL)),
        bad("wrong CRC of a storage", corrupt, zip -> zip.items.get(2).crc++),
        bad("wrong CRC of the pickle", corrupt, zip -> zip.items.get(0).crc++),
        bad("an entry too many", corrupt, zip -> zip.entriesShift = 1),
        bad("an entry too few", corrupt, zip -> zip.entriesShift = -1),
        bad("directory elsewhere", corrupt, zip -> zip.directoryShift = 1),
        bad("storage missing", corrupt, zip -> zip.items.remove(2)),
        bad("storage too short", corrupt, zip -> replace(zip, 2, "x/data/0", new byte[7])),
        bad("storage too long", corrupt, zip -> replace(zip, 2, "x/data/0", new byte[9])),
        bad("no pickle", Reason.UNKNOWN_CONTAINER, zip -> zip.items.remove(0)),
        bad("two pickles", Reason.UNKNOWN_CONTAINER, zip -> zip.add("y/data.pkl", new byte[1])),
        bad("TorchScript", Reason.TORCHSCRIPT, zip -> zip.add("x/constants.pkl", new byte[1])),
        bad(
            "big-endian",
            Reason.UNSUPPORTED_VARIANT,
            zip -> replace(zip, 1, "x/byteorder", "big".getBytes(StandardCharsets.UTF_8))),
        bad("pickle cut short", corrupt, zip -> cut(zip, 1)),
        bad("bytes behind the pickle", corrupt, zip -> cut(zip, -1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void shouldRefuse(String name, Consumer<Zip> change, Reason reason) throws IOException {
    Zip zip = sound();
    change.accept(zip);
    assertThat(refusal(zip.write()).reason()).as(name).isEqualTo(reason);
  }

  @Test
  void shouldRefuseEveryTruncation() throws IOException {
    byte[] bytes = sound().write();
    for (int length = 1; length < bytes.length; length++) {
      ModelException e = refusal(Arrays.copyOf(bytes, length));
      if (length >= 4) {
        assertThat(e.reason()).isEqualTo(Reason.TRUNCATED);
      }
    }
  }

  private static void both(Zip.Item item, long size) {
    item.size = size;
    item.compressedSize = size;
  }

  private static void replace(Zip zip, int index, String name, byte[] data) {
    zip.items.set(index, new Zip.Item(name, data));
  }

  private static void cut(Zip zip, int bytes) {
    byte[] pickle = zip.items.get(0).data;
    replace(zip, 0, "x/data.pkl", Arrays.copyOf(pickle, pickle.length - bytes));
  }

  private ModelException refusal(byte[] bytes) throws IOException {
    Path path = file(bytes);
    return catchThrowableOfType(ModelException.class, () -> Checkpoint.open(path).close());
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("file.pth"), bytes);
  }
}
