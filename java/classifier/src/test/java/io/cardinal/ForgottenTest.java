// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F7: a classifier that is never closed is reported, with the place that opened it. */
@Row("F7")
@DisplayName("F7: leaks are named")
class ForgottenTest {
  /** A program that forgets one classifier with work done, and closes another. */
  private static final String PROGRAM =
      """
      import io.cardinal.Classifier;
      import io.cardinal.Options;
      import java.lang.ref.WeakReference;
      import java.nio.file.Path;

      public class Forgetful {
        public static void main(String[] arguments) throws Exception {
          System.setErr(System.out); // where the log goes
          Path model = Path.of(arguments[0]);
          try (Classifier closed = Classifier.open(model, Options.throughput().withWorkers(1))) {
            closed.submit(Path.of(arguments[1])).join();
          }
          WeakReference<Classifier> forgotten = forget(model, Path.of(arguments[1]));
          for (int i = 0; i < 500 && forgotten.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
          }
          Thread.sleep(500); // the report comes a moment later
        }

        private static WeakReference<Classifier> forget(Path model, Path photo) {
          Classifier open = Classifier.open(model, Options.throughput().withWorkers(1));
          open.submit(photo).join();
          return new WeakReference<>(open);
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void shouldReportAForgottenClassifierAndWhoOpenedIt() throws IOException, InterruptedException {
    Path source = folder.resolve("Forgetful.java");
    Files.writeString(source, PROGRAM);
    String log =
        Program.compile(source, folder)
            .run(Demo.MODEL.toString(), Demo.photographs().get(0).toString());
    assertThat(log.split("the classifier of the model [^\n]* was never closed", -1)).hasSize(2);
    assertThat(log).contains("was opened here", "Forgetful.forget(Forgetful.java:22)");
    assertThat(log).doesNotContain("Forgetful.main(Forgetful.java:10)");
  }
}
