// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.ChildJvm;
import io.cardinal.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many cores a process was given, on made-up machines. */
class CoresTest {
  @TempDir Path machine;
  private Path status;
  private Path cpus;

  @BeforeEach
  void start() {
    status = machine.resolve("status");
    cpus = machine.resolve("cpu");
  }

  @Test
  void shouldCountSiblingsOnce() throws IOException {
    affinity("0-7");
    for (int core = 0; core < 4; core++) {
      cpu(core, core + "," + (core + 4));
      cpu(core + 4, core + "," + (core + 4));
    }
    Cores cores = Cores.given(8, status, cpus);
    assertThat(cores.logical()).isEqualTo(8);
    assertThat(cores.physical()).isEqualTo(4);
    assertThat(cores.explanation())
        .contains("8 hardware threads by the JVM", "8 allowed by affinity on 4 physical cores")
        .contains("4 workers by default")
        .doesNotContain("\n");
  }

  @Test
  void shouldCountAllCoresWithoutSiblings() throws IOException {
    affinity("0-3");
    for (int core = 0; core < 4; core++) {
      cpu(core, Integer.toString(core));
    }
    assertThat(Cores.given(4, status, cpus).physical()).isEqualTo(4);
  }

  @Test
  void shouldCountOnlyWhatTheAffinityAllows() throws IOException {
    affinity("0-3,8");
    for (int core = 0; core < 16; core++) {
      cpu(core, core % 8 + "-" + core % 8 + "," + (core % 8 + 8));
    }
    assertThat(Cores.given(5, status, cpus).physical()).isEqualTo(4); // 8 is the sibling of 0
    affinity("1,9");
    assertThat(Cores.given(2, status, cpus).physical()).isEqualTo(1);
    affinity("5");
    assertThat(Cores.given(1, status, cpus).physical()).isEqualTo(1);
  }

  @Test
  void shouldKeepToASmallerCountOfTheJvm() throws IOException {
    affinity("0-15");
    for (int core = 0; core < 16; core++) {
      cpu(core, Integer.toString(core));
    }
    assertThat(Cores.given(3, status, cpus).physical()).isEqualTo(3); // a quota
    assertThat(Cores.given(1, status, cpus).physical()).isEqualTo(1);
  }

  /** Virtual machines list processors that could be plugged in. */
  @Test
  void shouldPassOverProcessorsThatAreNotThere() throws IOException {
    affinity("0-127");
    for (int core = 0; core < 4; core++) {
      cpu(core, core / 2 * 2 + "-" + (core / 2 * 2 + 1));
    }
    assertThat(Cores.given(4, status, cpus).physical()).isEqualTo(2);
  }

  @Test
  void shouldBelieveTheJvmWhereNothingCanBeRead() throws IOException {
    Cores missing = Cores.given(6, status, cpus);
    assertThat(missing.physical()).isEqualTo(6);
    assertThat(missing.explanation()).contains("6 by the JVM", "NoSuchFileException");
    Files.writeString(status, "Name:\tjava\nThreads:\t1\n");
    assertThat(Cores.given(6, status, cpus).physical()).isEqualTo(6);
    affinity("0-1");
    Cores noLayout = Cores.given(6, status, cpus);
    assertThat(noLayout.physical()).isEqualTo(6);
    assertThat(noLayout.explanation()).contains("no core layout");
    for (String nonsense : List.of("", "a-b", "1-", "-", "0-99999999999")) {
      affinity(nonsense);
      assertThat(Cores.given(6, status, cpus).physical()).as("'%s'", nonsense).isEqualTo(6);
    }
  }

  @Test
  void shouldParseTheKernelsLists() {
    assertThat(Cores.parseList("0")).containsExactly(0);
    assertThat(Cores.parseList("0-3,8,10-11")).containsExactly(0, 1, 2, 3, 8, 10, 11);
    assertThat(Cores.parseList("0-2147483647")).hasSize(65_536);
    assertThat(Cores.parseList("2147483646-2147483647")).hasSize(2);
    assertThatThrownBy(() -> Cores.parseList("0,,1")).isInstanceOf(NumberFormatException.class);
  }

  @Test
  void shouldReadThisMachine() {
    Cores cores = Cores.given();
    assertThat(cores.logical()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(cores.physical()).isBetween(1, cores.logical());
    assertThat(EngineOptions.defaults().workers()).isEqualTo(cores.physical());
  }

  @Test
  void shouldFollowActiveProcessorCount() {
    ChildJvm.Result result =
        new ChildJvm().option("-XX:ActiveProcessorCount=1").run(PrintCores.class);
    assertThat(result.output().strip()).as(result.errors()).isEqualTo("1 1");
  }

  /** A child JVM's main. */
  static final class PrintCores {
    private PrintCores() {}

    public static void main(String[] arguments) {
      Cores cores = Cores.given();
      System.out.println(cores.logical() + " " + cores.physical());
    }
  }

  private void affinity(String list) throws IOException {
    Files.writeString(
        status, "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + list + "\nMems:\t0\n");
  }

  private void cpu(int number, String siblings) throws IOException {
    Path topology = Files.createDirectories(cpus.resolve("cpu" + number + "/topology"));
    Files.writeString(topology.resolve("thread_siblings_list"), siblings + "\n");
  }
}
