// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.Classifier;
import io.cardinal.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pooled vectors beside the rows. */
class FeaturesOptionTest {
  private static final Path CAT = Cli.PHOTOS.resolve("siamese-cat.jpg");

  @TempDir private Path folder;

  @Test
  void shouldWriteARowAnInputInOrder() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    Path file = folder.resolve("vectors.npy");
    Object[] words = {"classify", "--format", "csv", "--batch", 2, Cli.FROG, empty, CAT, Cli.FROG};
    Cli.Result plain = Cli.run(words);
    Object[] more = Arrays.copyOf(words, words.length + 2);
    more[words.length] = "--features";
    more[words.length + 1] = file;
    Cli.Result result = Cli.run(more);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.text()).isEqualTo(plain.text());
    NpyFile array = NpyFile.read(file);
    try (Classifier classifier = Classifier.open(Cli.MODEL, Options.throughput())) {
      int length = classifier.model().spec().features();
      assertThat(array.shape()).isEqualTo(List.of(4, length));
      float[] none = new float[length];
      Arrays.fill(none, Float.NaN);
      assertThat(row(array, 0)).isEqualTo(classifier.features(Cli.FROG));
      assertThat(row(array, 1)).isEqualTo(none);
      assertThat(row(array, 2)).isEqualTo(classifier.features(CAT));
      assertThat(row(array, 3)).isEqualTo(row(array, 0));
    }
  }

  @Test
  void shouldWriteBothFilesOrNone() throws IOException {
    Path rows = folder.resolve("rows.csv");
    Path vectors = folder.resolve("vectors.npy");
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    Cli.Result failed =
        Cli.run(
            "classify",
            Cli.FROG,
            empty,
            "--on-error",
            "fail",
            "--format",
            "csv",
            "--out",
            rows,
            "--features",
            vectors);
    assertThat(failed.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(rows).doesNotExist();
    assertThat(vectors).doesNotExist();
    Cli.Result good =
        Cli.run("classify", Cli.FROG, "--format", "csv", "--out", rows, "--features", vectors);
    assertThat(good.exit()).isZero();
    assertThat(rows).isNotEmptyFile();
    assertThat(vectors).isNotEmptyFile();
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(3);
    }
  }

  @Test
  void shouldSayWhyItCannotWrite() {
    Path absent = folder.resolve("absent/vectors.npy");
    Cli.Result result = Cli.run("classify", Cli.FROG, "--features", absent);
    assertThat(result.exit()).isEqualTo(ExitCode.OUTPUT);
    assertThat(result.err()).contains("absent");
    assertThat(result.out()).isEmpty();
    Path same = folder.resolve("same.npy");
    Cli.Result twice = Cli.run("classify", Cli.FROG, "--features", same, "--out", same);
    assertThat(twice.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(twice.err()).contains("the same file");
  }

  private static float[] row(NpyFile array, int row) {
    int length = array.shape().get(1);
    return Arrays.copyOfRange(array.values(), row * length, (row + 1) * length);
  }
}
