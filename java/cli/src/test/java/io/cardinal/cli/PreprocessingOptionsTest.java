// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelFile;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.weights.ImportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user says of images and classes, in place of what the model says. */
class PreprocessingOptionsTest {
  @TempDir private Path folder;

  @Test
  void shouldChangeThePreprocessing() {
    List<String> plain = row();
    assertChanges(plain, o -> o.withInputSize(48, 48), "--input-size", "48");
    assertChanges(plain, o -> o.withInputSize(32, 64), "--input-size", "32x64");
    assertChanges(plain, o -> o.withResize(64), "--resize", "64");
    assertChanges(plain, o -> o.withCropPct(0.5), "--crop-pct", "0.5");
    assertChanges(
        plain,
        o -> o.withCropPct(0.5).withCropMode(CropMode.BORDER),
        "--crop-pct",
        "0.5",
        "--crop-mode",
        "border");
    assertChanges(
        plain,
        o -> o.withCropPct(0.9).withCropMode(CropMode.SQUASH),
        "--crop-pct",
        "0.9",
        "--crop-mode",
        "squash");
    assertChanges(
        plain, o -> o.withInterpolation(Interpolation.BICUBIC), "--interpolation", "bicubic");
    assertChanges(plain, o -> o.withMean(List.of(0f, 0.5f, 1f)), "--mean", "0,0.5,1");
    assertChanges(plain, o -> o.withStd(List.of(0.5f, 0.5f, 0.25f)), "--std", "0.5,0.5,0.25");
  }

  @Test
  void shouldCallTheClassesAsTheLabelFileDoes() throws IOException {
    List<String> names = IntStream.range(0, 10).mapToObj(i -> "número " + i + ", \"x\"").toList();
    Path file = Files.write(folder.resolve("labels.txt"), names);
    for (String option : List.of("--labels", "--class-map")) {
      assertThat(row(option, file).get(4)).isEqualTo("número 6, \"x\"");
      assertThat(row(option, file).get(5)).isEqualTo("6");
    }
    assertThat(Cli.run("classify", Cli.FROG, "--labels", file).text()).contains("número 6, \"x\" ");
  }

  @Test
  void shouldCutLongLabelsInTheTable() throws IOException {
    List<String> names =
        IntStream.range(0, 10).mapToObj(i -> "\uD83D\uDC08".repeat(50) + i).toList();
    Path file = Files.write(folder.resolve("labels.txt"), names);
    String line = Cli.run("classify", Cli.FROG, "--labels", file).lines().get(1);
    assertThat(line).contains("\uD83D\uDC08… ").doesNotContain("?", "\uFFFD");
  }

  @Test
  void shouldRefuseLabelsThatDoNotFit() throws IOException {
    Path file = Files.writeString(folder.resolve("labels.txt"), "one\ntwo\n");
    Cli.Result result = Cli.run("classify", Cli.FROG, "--labels", file);
    assertThat(result.exit()).isEqualTo(ExitCode.MODEL);
    assertThat(result.out()).isEmpty();
    assertThat(result.notes())
        .singleElement()
        .asString()
        .contains("expected 10 labels", "found 2", "label file");
    Cli.Result none = Cli.run("classify", Cli.FROG, "--labels", folder.resolve("none.txt"));
    assertThat(none.exit()).isEqualTo(ExitCode.MODEL);
    assertThat(none.notes()).singleElement().asString().contains("none.txt: no such file");
  }

  private static void assertChanges(
      List<String> plain, UnaryOperator<ImportOptions> change, Object... options) {
    List<String> changed = row(options);
    assertThat(changed).isNotEqualTo(plain);
    try (ModelFile file = ModelFile.open(Cli.MODEL)) {
      ModelDefinition definition = change.apply(ImportOptions.DEFAULT).applyTo(file.definition());
      try (Classifier classifier = Classifier.open(definition, Options.throughput())) {
        assertThat(changed.get(6))
            .isEqualTo(Numbers.shortest(classifier.classify(Cli.FROG).best().probability()));
      }
    }
  }

  private static List<String> row(Object... options) {
    List<Object> words = new ArrayList<>(List.of("classify", Cli.FROG, "--format", "csv"));
    words.addAll(List.of(options));
    Cli.Result result = Cli.run(words.toArray());
    assertThat(result.exit()).as(result.err()).isZero();
    return result.csv().get(1);
  }
}
