// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.image.PassOrder;
import io.cardinal.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How image files are decoded, as the user says. The bytes are tested with the image module. */
class DecodingOptionsTest {
  private static final Path SOURCES = Golden.directory().resolve("preprocess/sources");

  @Test
  void shouldTurnImagesWhereAsked() {
    Path file = SOURCES.resolve("jpeg-exif-6.jpg");
    String upright = row(file, "--exif", "auto");
    assertThat(upright).isEqualTo(answer(file, options().withExifOrientation(true)));
    assertThat(row(file, "--exif", "off"))
        .isEqualTo(row(file))
        .isEqualTo(answer(file, options()))
        .isNotEqualTo(upright);
    assertThat(Cli.run("classify", file, "--exif", "auto", "--explain").err())
        .contains("turns images, by --exif");
  }

  @Test
  void shouldResizeAsAnOlderPillowWhereAsked() {
    Path file = SOURCES.resolve("jpeg-size-300x700.jpg");
    String older = row(file, "--pillow", "12");
    assertThat(older).isEqualTo(answer(file, options().withPassOrder(PassOrder.PILLOW_12)));
    assertThat(row(file, "--pillow", "13"))
        .isEqualTo(row(file))
        .isEqualTo(answer(file, options()))
        .isNotEqualTo(older);
    assertThat(Cli.run("classify", file, "--pillow", "12", "--explain").err())
        .contains("as Pillow 12 and older, by --pillow");
  }

  @Test
  void shouldBeThereForEvaluateToo() {
    assertThat(Cli.run("evaluate", "--help").text()).contains("--exif", "--pillow", "--max-pixels");
  }

  private static Options options() {
    return Options.throughput().withWorkers(1);
  }

  /** The probability of the first class: it tells the smallest difference. */
  private static String answer(Path file, Options options) {
    try (Classifier classifier = Classifier.open(Cli.MODEL, options)) {
      return Numbers.shortest(classifier.classify(file).best().probability());
    }
  }

  private static String row(Path file, Object... options) {
    List<Object> words = new ArrayList<>(List.of("classify", file, "--format", "csv"));
    words.addAll(List.of(options));
    Cli.Result result = Cli.run(words.toArray());
    assertThat(result.exit()).as(result.err()).isZero();
    return result.csv().get(1).get(6);
  }
}
