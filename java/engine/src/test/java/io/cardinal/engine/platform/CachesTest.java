// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
  private static final Caches USUAL = new Caches(1 << 20, 16 << 20);

  @TempDir private Path folder;

  @Test
  void shouldReadTheSecondLevelAndTheLast() throws IOException {
    index(0, "1", "32K");
    index(1, "1", "32K");
    index(2, "2", "1024K");
    index(3, "3", "32M");
    assertThat(Caches.read(folder)).isEqualTo(new Caches(1 << 20, 32 << 20));
  }

  @Test
  void shouldTakeTheSecondLevelForTheLastWhereThereIsNoOther() throws IOException {
    index(0, "2", "2048K");
    assertThat(Caches.read(folder)).isEqualTo(new Caches(2 << 20, 2 << 20));
  }

  @Test
  void shouldTakeUsualOnesWhereNothingSensibleIsStated() throws IOException {
    assertThat(Caches.read(folder.resolve("none"))).isEqualTo(USUAL);
    assertThat(Caches.read(folder)).isEqualTo(USUAL);
    index(2, "2", "large");
    assertThat(Caches.read(folder)).isEqualTo(USUAL);
    assertThat(Caches.found().second()).isPositive();
  }

  private void index(int number, String level, String size) throws IOException {
    Path index = Files.createDirectory(folder.resolve("index" + number));
    Files.writeString(index.resolve("level"), level + "\n");
    Files.writeString(index.resolve("size"), size + "\n");
  }
}
