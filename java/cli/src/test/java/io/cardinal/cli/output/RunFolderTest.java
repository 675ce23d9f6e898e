// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.cli.UsageException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shards are numbered as numbers are, also when their names no longer sort like them. */
class RunFolderTest {
  private static final Path FOLDER = Path.of("/run");
  private static final byte[] ROWS = {'r'};
  private static final byte[] STATISTICS =
      new Shard(1, Map.of(), "a.jpg", "a.jpg", "digest", ROWS.length, 0.5).toJson();

  private final MemoryFiles files = new MemoryFiles();
  private final RunFolder folder = new RunFolder(files, FOLDER, "csv");

  @Test
  void shouldFindMoreThanAHundredThousandShards() {
    for (int shard = 0; shard <= 100_000; shard++) {
      add(shard);
    }
    assertThat(folder.shards()).hasSize(100_001);
  }

  @Test
  void shouldNameAMissingShardWhateverTheNamesAreLike() {
    add(0);
    files.put(folder.rows(100_000), ROWS);
    assertThatThrownBy(folder::shards)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("part-00001.csv is missing, but part-100000.csv is there");
  }

  private void add(int shard) {
    files.put(folder.rows(shard), ROWS);
    files.put(folder.statistics(shard), STATISTICS);
  }
}
