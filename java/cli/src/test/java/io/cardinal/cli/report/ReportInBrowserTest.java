// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pages in a real browser, where one is installed. */
@Timeout(180)
class ReportInBrowserTest {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private static final Pattern CONSOLE = Pattern.compile(":CONSOLE\\b");

  private static final int SECONDS = 60;

  @TempDir private Path folder;

  /**
   * What a browser made of a page.
   *
   * @param document what it saw, as HTML
   * @param console what its console says
   */
  private record Opened(String document, List<String> console) {}

  @Test
  void shouldOpenWithoutAnErrorAndShowEveryName() throws Exception {
    Opened control = open("<p>seen</p><script>console.log('heard')</script>");
    assertThat(control.document()).contains("<p>seen</p>");
    assertThat(control.console()).singleElement().asString().contains("heard");
    for (String page : List.of(new Samples().hostileClassify(), new Samples().hostileEvaluate())) {
      Opened opened = open(page);
      assertThat(opened.console()).isEmpty();
      assertThat(count(opened.document(), "<script")).isZero();
      for (String element : List.of("<bdi>", "<img ", "<rect ", "<td", "<section", "<b>")) {
        assertThat(count(opened.document(), element)).as(element).isEqualTo(count(page, element));
      }
      for (String name : Samples.HOSTILE) {
        String visible = VisibleText.of(VisibleText.bounded(name)).replaceAll("[&<>].*", "");
        assertThat(opened.document()).contains(visible);
      }
    }
  }

  private Opened open(String page) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("page.html"), page);
    Path document = folder.resolve("document.html");
    Path log = folder.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                browser(),
                "--headless",
                "--no-sandbox", // it refuses to start for root otherwise
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("profile"),
                "--enable-logging=stderr",
                "--v=0",
                "--dump-dom",
                file.toUri().toString())
            .redirectOutput(document.toFile())
            .redirectError(log.toFile());
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    boolean isDone = process.waitFor(SECONDS, TimeUnit.SECONDS);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
    List<String> lines = Files.readString(log, UTF_8).lines().toList();
    Assumptions.assumeTrue(isDone && process.exitValue() == 0, () -> "no browser runs: " + lines);
    return new Opened(
        Files.readString(document, UTF_8),
        lines.stream().filter(line -> CONSOLE.matcher(line).find()).toList());
  }

  private static String browser() {
    for (String name : BROWSERS) {
      for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
        Path program = Path.of(directory, name);
        if (Files.isExecutable(program)) {
          return program.toString();
        }
      }
    }
    return Assumptions.abort("none of " + BROWSERS + " is installed");
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
