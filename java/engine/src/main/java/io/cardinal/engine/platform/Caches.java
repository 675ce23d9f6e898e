// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The caches that a core's data goes through.
 *
 * @param second bytes of the second level, which a core has for itself
 * @param last bytes of the last level, which cores share
 */
public record Caches(long second, long last) {
  /** What is taken where the system does not say: a small server core's. */
  private static final Caches USUAL = new Caches(1L << 20, 16L << 20);

  private static final class Holder {
    private static final Caches FOUND = read(Path.of("/sys/devices/system/cpu/cpu0/cache"));
  }

  /** The caches of this machine, read once. */
  public static Caches found() {
    return Holder.FOUND;
  }

  /** The same from any folder, for tests. */
  static Caches read(Path folder) {
    long second = 0;
    long last = 0;
    int lastLevel = 0;
    try (var indexes = Files.newDirectoryStream(folder, "index*")) {
      for (Path index : indexes) {
        int level = Integer.parseInt(Files.readString(index.resolve("level")).strip());
        if (level >= 2) {
          long size = size(Files.readString(index.resolve("size")).strip());
          second = level == 2 ? size : second;
          last = level > lastLevel ? size : last;
          lastLevel = Math.max(lastLevel, level);
        }
      }
    } catch (IOException | NumberFormatException e) {
      return USUAL;
    }
    return second > 0 ? new Caches(second, last) : USUAL;
  }

  /** Such as {@code 1024K} or {@code 32M}. */
  private static long size(String text) {
    int shift = text.endsWith("K") ? 10 : text.endsWith("M") ? 20 : 0;
    return Long.parseLong(shift > 0 ? text.substring(0, text.length() - 1) : text) << shift;
  }
}
