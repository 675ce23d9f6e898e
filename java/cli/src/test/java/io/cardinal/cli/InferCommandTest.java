// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tensors in, logits out. */
@Timeout(60)
class InferCommandTest {
  private static final int HEIGHT = 32;
  private static final int WIDTH = 40;
  private static final int IMAGES = 3;

  @TempDir private Path folder;
  private Path in;
  private Path out;

  @BeforeEach
  void prepare() {
    in = folder.resolve("x.npy");
    out = folder.resolve("y.npy");
  }

  @Test
  void shouldGiveTheModelsLogitsForEitherLayoutAndEveryVersion() throws IOException {
    float[] nhwc = random(IMAGES * HEIGHT * WIDTH * 3);
    float[] nchw = channelsFirst(nhwc, IMAGES);
    float[] expected = modelLogits(nhwc, IMAGES);
    for (int version = 1; version <= 3; version++) {
      String first = Npy.header("<f4", "False", "(3, 3, 32, 40)");
      String last = Npy.header("<f4", "False", "(3, 32, 40, 3)");
      assertThat(logits(Npy.of(version, first, nchw), IMAGES)).isEqualTo(expected);
      assertThat(logits(Npy.of(version, last, nhwc), IMAGES)).isEqualTo(expected);
    }
    assertThat(logits(Npy.of("(3, 32, 40, 3)", nhwc), IMAGES, "--workers", "2", "--batch", "2"))
        .isEqualTo(expected);
    assertThat(logits(Npy.of("(3, 32, 40, 3)", nhwc), IMAGES, "--layout", "nhwc"))
        .isEqualTo(expected);
  }

  @Test
  void shouldTakeOneImageWithoutABatch() throws IOException {
    float[] nhwc = random(HEIGHT * WIDTH * 3);
    float[] expected = modelLogits(nhwc, 1);
    assertThat(logits(Npy.of("(32, 40, 3)", nhwc), 1)).isEqualTo(expected);
    assertThat(logits(Npy.of("(3, 32, 40)", channelsFirst(nhwc, 1)), 1)).isEqualTo(expected);
  }

  @Test
  void shouldAskForTheLayoutWhereTheShapeLeavesItOpen() throws IOException {
    byte[] ambiguous = Npy.of("(1, 3, 32, 3)", random(288));
    assertRefused(ambiguous).contains("x.npy", "[1, 3, 32, 3]", "--layout nchw or nhwc");
    Files.write(in, ambiguous);
    for (String layout : new String[] {"nchw", "nhwc"}) {
      Cli.Result result = Cli.run("infer", "--model", Cli.MODEL, in, "-o", out, "--layout", layout);
      assertThat(result.exit()).as(result.err()).isZero();
    }
    assertRefused(ambiguous, "--layout", "nwhc").contains("nchw or nhwc", "nwhc");
    assertRefused(Npy.of("(1, 3, 8, 8)", random(192)), "--layout", "nhwc").contains("[1, 3, 8, 8]");
  }

  @Test
  void shouldRefuseWhatAreNoImages() throws IOException {
    assertRefused(Npy.of("(2, 2)", random(4))).contains("expected [N, 3, H, W]", "found [2, 2]");
    assertRefused(Npy.of("(1, 4, 8, 8)", random(256))).contains("found [1, 4, 8, 8]");
    assertRefused(Npy.of("()", random(1))).contains("found []");
    assertRefused(Npy.of("(0, 3, 8, 8)")).contains("found [0, 3, 8, 8]");
    assertRefused(Npy.of("(1, 3, 0, 8)")).contains("found [1, 3, 0, 8]");
  }

  @Test
  void shouldRefuseOtherArrays() throws IOException {
    float[] values = random(192);
    for (String type : new String[] {"<f8", ">f4", "<i4", "|u1", "<f2", "|O"}) {
      assertRefused(Npy.of(1, Npy.header(type, "False", "(1, 3, 8, 8)"), values))
          .contains("x.npy", "expected float32", "found '" + type + "'");
    }
    assertRefused(Npy.of(1, Npy.header("<f4", "True", "(1, 3, 8, 8)"), values))
        .contains("C order", "ascontiguousarray");
    assertRefused(Npy.of(4, Npy.header("<f4", "False", "(1, 3, 8, 8)"), values))
        .contains("version 1, 2 or 3", "version 4");
    assertRefused(Npy.of(1, "{'descr': '<f4'}", values)).contains("fortran_order");
    assertRefused("hello, world, this is text".getBytes(US_ASCII)).contains("magic");
    assertRefused(new byte[0]).contains("x.npy", "ends early");
  }

  @Test
  void shouldRefuseFilesThatDoNotHoldWhatTheyClaim() throws IOException {
    byte[] whole = Npy.of("(1, 3, 8, 8)", random(192));
    for (int length = 0; length < whole.length; length += length < 140 ? 1 : 50) {
      assertRefused(Arrays.copyOf(whole, length)).contains("x.npy");
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 4)).contains("768 bytes", "772");
    String[] huge = {
      "(2147483647, 3, 2147483647, 2147483647)",
      "(4294967296, 3, 8, 8)",
      "(99999999999999999999, 3, 8, 8)",
      "(65536, 3, 65536, 65536)",
      "(1073741824, 3, 1, 1)"
    };
    for (String shape : huge) {
      assertRefused(Npy.of(shape, random(12))).contains("x.npy");
    }
    byte[] longHeader = Npy.of(2, Npy.header("<f4", "False", "(1, 3, 8, 8)"), random(192));
    ByteBuffer.wrap(longHeader).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 0x7fffffff);
    assertRefused(longHeader).contains("x.npy", "header");
  }

  @Test
  void shouldRefuseWhatIsNoFile() throws Exception {
    Path fifo = folder.resolve("fifo.npy");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    for (Path each : new Path[] {fifo, folder, folder.resolve("none.npy")}) {
      Cli.Result result = Cli.run("infer", each, "-o", out);
      assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
      assertThat(result.notes()).singleElement().asString().contains(each.toString());
    }
  }

  @Test
  void shouldTakeTheSmallestAndOddSizes() throws IOException {
    for (int[] size : new int[][] {{1, 1}, {2, 5}, {33, 17}}) {
      byte[] bytes =
          Npy.of("(1, " + size[0] + ", " + size[1] + ", 3)", random(size[0] * size[1] * 3));
      assertThat(logits(bytes, 1)).hasSize(10).doesNotContain(Float.NaN);
    }
  }

  @Test
  void shouldNotWriteWhereItCannot() throws IOException {
    Files.write(in, Npy.of("(1, 3, 8, 8)", random(192)));
    Cli.Result result = Cli.run("infer", in, "-o", folder.resolve("none/y.npy"));
    assertThat(result.exit()).isEqualTo(ExitCode.OUTPUT);
    assertThat(result.notes()).singleElement().asString().contains("none/y.npy");
  }

  /** Runs the command and reads its output, header bytes and all. */
  private float[] logits(byte[] array, int images, Object... options) throws IOException {
    Files.write(in, array);
    Object[] words = {"infer", "--model", Cli.MODEL, in, "--out", out};
    Object[] all = Arrays.copyOf(words, words.length + options.length);
    System.arraycopy(options, 0, all, words.length, options.length);
    Cli.Result result = Cli.run(all);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).isEmpty();
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[8];
    file.get(magic);
    assertThat(magic).isEqualTo(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    byte[] header = new byte[file.getShort()];
    file.get(header);
    assertThat(file.position() % 64).isZero();
    assertThat(new String(header, US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (" + images + ", 10), }")
        .endsWith(" \n");
    float[] logits = new float[file.remaining() / 4];
    file.asFloatBuffer().get(logits);
    assertThat(logits).hasSize(images * 10);
    return logits;
  }

  private float[] modelLogits(float[] nhwc, int images) {
    try (Model model = Model.open(Cli.MODEL)) {
      return model.infer(nhwc, images, HEIGHT, WIDTH);
    }
  }

  private AbstractStringAssert<?> assertRefused(byte[] array, Object... options)
      throws IOException {
    Files.write(in, array);
    Files.deleteIfExists(out);
    Object[] words = {"infer", in, "-o", out};
    Object[] all = Arrays.copyOf(words, words.length + options.length);
    System.arraycopy(options, 0, all, words.length, options.length);
    Cli.Result result = Cli.run(all);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.USAGE);
    assertThat(Files.exists(out)).isFalse();
    assertThat(result.notes()).hasSize(1);
    return assertThat(result.notes().get(0)).startsWith("cardinal: ").doesNotContain("Exception");
  }

  private static float[] random(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (4 * random.nextDouble() - 2);
    }
    return values;
  }

  private static float[] channelsFirst(float[] nhwc, int images) {
    float[] nchw = new float[nhwc.length];
    int pixels = nhwc.length / images / 3;
    for (int i = 0; i < nhwc.length; i++) {
      int image = i / (3 * pixels);
      int pixel = i / 3 % pixels;
      nchw[(image * 3 + i % 3) * pixels + pixel] = nhwc[i];
    }
    return nchw;
  }
}
