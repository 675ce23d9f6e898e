// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages about runs: {@code classify --report} and {@code evaluate --report}. */
class ReportOptionsTest {
  @TempDir private Path folder;

  @Test
  void shouldReportOnARunOfClassifyBesideItsRows() throws IOException {
    Path photos = Files.createDirectory(folder.resolve("photos"));
    Files.copy(Cli.FROG, photos.resolve("a <b>.jpg"));
    Files.copy(Cli.PHOTOS.resolve("mastiff.jpg"), photos.resolve("b.jpg"));
    Files.writeString(photos.resolve("c.jpg"), "no picture");
    Files.copy(Cli.FROG, photos.resolve("d.jpg"));
    Path page = folder.resolve("report.html");
    Cli.Result plain = Cli.run("classify", "--format", "csv", photos);
    Cli.Result result =
        Cli.run("classify", "--format", "csv", "--report", page, "--report-images", 3, photos);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.text()).isEqualTo(plain.text());
    String text = Files.readString(page);
    assertThat(text)
        .contains("3 of 4 images classified", "NOT_AN_IMAGE", "/c.jpg", "a &lt;b&gt;.jpg")
        .contains("Of the first 3 images", "cifar_resnext29_8x4d", "kernels that ran")
        .contains("<dt>cardinal</dt>", "<dt>CPU</dt>", photos.toString())
        .doesNotContain("native cache");
    assertThat(text.split("<img ", -1)).hasSize(1 + 2); // the third is no picture
    assertThat(left()).containsOnly("photos", "report.html");
  }

  @Test
  void shouldReportOnARunOfEvaluateWithItsWorstMistakes() throws IOException {
    copy("frog.jpg", "images/frog/a.jpg");
    copy("yellow-cab.jpg", "images/automobile/b.jpg");
    copy("mastiff.jpg", "images/dog/c & d.jpg"); // the model takes it for a bird
    Files.writeString(folder.resolve("images/frog/e.jpg"), "no picture");
    Path images = folder.resolve("images");
    Path page = folder.resolve("report.html");
    Cli.Result plain = Cli.run("evaluate", images);
    Cli.Result result = Cli.run("evaluate", "--report", page, images);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.text()).isEqualTo(plain.text());
    String text = Files.readString(page);
    assertThat(text)
        .contains("Top-1 0.5000 on 4 images", "Worst mistakes", "c &amp; d.jpg", "truth: <bdi>dog")
        .contains("the model file states 0.8710", "NOT_AN_IMAGE", "dog taken for bird: 100.0 %");
    assertThat(text.split("<img ", -1)).hasSize(1 + 1);
    Files.delete(page);
    assertThat(Cli.run("evaluate", "--report", page, "--report-images", 0, images).exit())
        .isEqualTo(ExitCode.SOME_FAILED);
    assertThat(Files.readString(page)).doesNotContain("<img ");
  }

  @Test
  void shouldFindOutBeforeTheRunThatThePageCannotBeWritten() {
    Cli.Result result =
        Cli.run("classify", "--report", folder.resolve("none/report.html"), Cli.FROG);
    assertThat(result.exit()).isEqualTo(ExitCode.OUTPUT);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("cannot write " + folder.resolve("none/report.html"));
  }

  @Test
  void shouldReportOnARunThatIsEndedByAFailure() throws IOException {
    Path page = Files.writeString(folder.resolve("report.html"), "old");
    String none = folder.resolve("n<o>ne.jpg").toString();
    Cli.Result first =
        Cli.run("classify", "--report", page, "--on-error", "fail", Cli.FROG, none, Cli.FROG);
    assertThat(first.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(first.notes())
        .containsExactly(
            "cardinal: stopped by --on-error fail: "
                + none
                + ": NOT_FOUND: "
                + none
                + ": no such file");
    assertThat(Files.readString(page))
        .contains(">1 image classified, then the run was ended<", "Images after these were not")
        .contains("stopped by --on-error fail: ", "n&lt;o&gt;ne.jpg: NOT_FOUND")
        .doesNotContain("<h2>Failures", "n<o>ne");
    Cli.Result second =
        Cli.run("classify", "--report", page, "--max-errors", 1, Cli.FROG, none, none, Cli.FROG);
    assertThat(second.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(Files.readString(page))
        .contains(">1 of 3 images classified, then the run was ended<", "<h2>Failures")
        .contains("stopped, as 2 of 3 inputs failed (66.7 %), more than --max-errors 1");
    assertThat(left()).containsExactly("report.html");
  }

  @Test
  void shouldLeaveAnOldPageWhereTheRunBreaksOff() throws Exception {
    Path page = Files.writeString(folder.resolve("report.html"), "old");
    Cli.Result result =
        new ChildCli(folder).runIn("\"$@\" >/dev/full", "classify", "--report", page, Cli.FROG);
    assertThat(result.exit()).isEqualTo(ExitCode.OUTPUT);
    assertThat(Files.readString(page)).isEqualTo("old");
    assertThat(left()).containsExactlyInAnyOrder("report.html", "child.out", "child.err");
  }

  /** What an earlier part of the run has done has no answers any more, only rows. */
  @Test
  void shouldSayWhatAResumedRunDoesNotCount() throws IOException {
    Path page = folder.resolve("report.html");
    List<Object> words =
        List.of(
            "classify",
            "--format",
            "csv",
            "--shard-size",
            2,
            "--out",
            folder.resolve("run"),
            "--resume",
            "--report",
            page,
            Cli.PHOTOS);
    assertThat(Cli.run(words.toArray()).exit()).isZero();
    assertThat(Files.readString(page)).contains("12 images classified").doesNotContain("earlier");
    Files.delete(folder.resolve("run/part-00005.csv"));
    Files.delete(folder.resolve("run/finished.json"));
    List<Object> otherPage = new ArrayList<>(words); // the page tells no runs apart
    otherPage.addAll(List.of("--report-images", 7));
    Cli.Result resumed = Cli.run(otherPage.toArray());
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(Files.readString(page))
        .contains(">2 images classified<", "10 rows of a part before");
  }

  @Test
  void shouldRefuseWrongUsage() {
    Path page = folder.resolve("report.html");
    for (List<Object> words :
        List.<List<Object>>of(
            List.of("classify", "--report", page, "--out", page, Cli.FROG),
            List.of("classify", "--report-images", -1, Cli.FROG),
            List.of("classify", "--report-images", 5001, Cli.FROG),
            List.of("evaluate", "--report", page, "--confusion", page, Cli.PHOTOS))) {
      Cli.Result result = Cli.run(words.toArray());
      assertThat(result.exit()).as(words.toString()).isEqualTo(ExitCode.USAGE);
      assertThat(result.notes()).singleElement().asString().contains("--report");
    }
    assertThat(folder).isEmptyDirectory();
  }

  private void copy(String photograph, String to) throws IOException {
    Path target = folder.resolve(to);
    Files.createDirectories(target.getParent());
    Files.copy(Cli.PHOTOS.resolve(photograph), target);
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
