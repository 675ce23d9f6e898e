// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accuracy on labelled images: the truth from folders, from a CSV, and from neither. */
class EvaluateCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldTakeTheTruthFromFolders() throws IOException {
    copy("frog.jpg", "frog/a.jpg");
    copy("yellow-cab.jpg", "automobile/b.JPG");
    copy("mastiff.jpg", "dog/deeper/c.jpg"); // the model takes it for a bird
    Cli.Result result = Cli.run("evaluate", "--confusion", folder.resolve("c.csv"), folder);
    assertThat(result.exit()).isZero();
    assertThat(result.lines())
        .contains("images 3", "top-1 0.6667 (the model file states 0.8710)")
        .contains("7 classes have no image", "worst mistakes");
    assertThat(result.text()).contains("dog/deeper/c.jpg: bird 33.1 %, truth dog");
    List<List<String>> confusion = Cli.records(Files.readString(folder.resolve("c.csv")));
    assertThat(confusion).hasSize(11).allMatch(row -> row.size() == 11);
    assertThat(confusion.get(1 + 5)).element(1 + 2).isEqualTo("1"); // a dog taken for a bird
  }

  @Test
  void shouldTakeLabelsIndexesQuotesAndAByteOrderMarkFromACsv() throws IOException {
    copy("frog.jpg", "with, comma.jpg");
    copy("sailing-ship.jpg", "ship.jpg");
    Path csv = folder.resolve("truth.csv");
    String text = "\ufeffnote,label,path\nx,frog,\"with, comma.jpg\"\ny,8,ship.jpg\n";
    Files.writeString(csv, text, StandardCharsets.UTF_8);
    Cli.Result result = Cli.run("evaluate", csv);
    assertThat(result.exit()).isZero();
    assertThat(result.lines()).contains("images 2");
    assertThat(result.text()).contains("top-1 1.0000").doesNotContain("worst mistakes");
  }

  @Test
  void shouldCountAFailedImageAsWrongAndSayWhy() throws IOException {
    copy("frog.jpg", "frog/a.jpg");
    Files.writeString(folder.resolve("frog/b.jpg"), "no picture");
    Cli.Result result = Cli.run("evaluate", folder);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.text()).contains("failed 1 (counted as wrong)", "top-1 0.5000");
    assertThat(result.err()).contains("frog/b.jpg: NOT_AN_IMAGE");
  }

  @Test
  void shouldFollowLinksToFoldersOnlyWhereAsked() throws IOException {
    copy("frog.jpg", "elsewhere/a.jpg");
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.createSymbolicLink(images.resolve("frog"), folder.resolve("elsewhere"));
    assertUsage("no image found in " + images + " (1 other file passed over)", images);
    copy("sailing-ship.jpg", "images/ship/b.jpg");
    Files.createSymbolicLink(images.resolve("ship/c.jpg"), Cli.FROG);
    Cli.Result result = Cli.run("evaluate", images);
    assertThat(result.lines()).contains("images 2", "top-1 0.5000 (the model file states 0.8710)");
    assertThat(result.notes()).last().asString().endsWith("(1 other file passed over)");
    assertThat(Cli.run("evaluate", "--follow-links", images).lines()).contains("images 3");
  }

  @Test
  void shouldRefuseWhatStatesNoTruth() throws IOException {
    copy("frog.jpg", "unicorn/a.jpg");
    assertUsage("unicorn", folder);
    copy("frog.jpg", "loose/x/frog.jpg");
    assertUsage("lies in no class's folder", folder.resolve("loose/x"));
    Path csv = folder.resolve("t.csv");
    Files.writeString(csv, "path,label\na.jpg,unicorn\n");
    assertUsage("line 2", csv);
    Files.writeString(csv, "path,label\na.jpg,10\n");
    assertUsage("index below 10", csv);
    Files.writeString(csv, "file,label\na.jpg,frog\n");
    assertUsage("column 'path'", csv);
    Files.writeString(csv, "path,label\n");
    assertUsage("no image found", csv);
    Files.createDirectory(folder.resolve("empty"));
    assertUsage("no image found", folder.resolve("empty"));
    assertUsage("no such file", folder.resolve("absent"));
  }

  private static void assertUsage(String message, Path source) {
    Cli.Result result = Cli.run("evaluate", source);
    assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(message);
    assertThat(result.out()).isEmpty();
  }

  private void copy(String photograph, String to) throws IOException {
    Path target = folder.resolve(to);
    Files.createDirectories(target.getParent());
    Files.copy(Cli.PHOTOS.resolve(photograph), target);
  }
}
