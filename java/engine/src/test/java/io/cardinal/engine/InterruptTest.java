// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.testing.Row;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F6: what an interrupt does to opening, and that it does nothing to what is opened later. */
@Row("F6 (interrupts)")
@DisplayName("F6: interrupts while opening")
class InterruptTest {
  @TempDir Path folder;

  /** A failure to load a native library is kept for the process; an interrupt must be none. */
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "cardinal"})
  void shouldLoadTheLibrariesOnAnInterruptedThread(String kernels) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ChildJvm.Result result =
        new ChildJvm()
            .option("-Dcardinal.cache=" + folder.resolve("cache"))
            .run(InterruptProbe.class, kernels);
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(result.lines()).containsExactly("logits 10", "interrupted true", "logits 10");
  }

  @Test
  void shouldSayThatReadingTheFileWasInterrupted() {
    Path file = folder.resolve("small.safetensors");
    ModelFile.write(file, Networks.formula(Networks.SMALL, 32, 3));
    EngineOptions options = EngineOptions.defaults().withWorkers(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Model.open(file, options))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(ClosedByInterruptException.class)
        .hasMessageContaining("interrupted")
        .hasMessageContaining("small.safetensors");
    assertThat(Thread.interrupted()).isTrue();
    try (Model model = Model.open(file, options)) {
      assertThat(model.infer(new float[3072], 1, 32, 32)).hasSize(10);
    }
  }

  @Test
  void shouldStillSayThatAClosedFileIsClosed() {
    Path file = folder.resolve("small.safetensors");
    ModelFile.write(file, Networks.formula(Networks.SMALL, 32, 3));
    ModelFile open = ModelFile.open(file);
    open.close();
    assertThatThrownBy(() -> Model.open(open.definition(), EngineOptions.defaults()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
