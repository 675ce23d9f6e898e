// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands of the Java processes that tests start. */
public final class JavaCommand {
  /** What a newer JDK says on standard error where there is no folder for temporary files. */
  public static final String NO_TEMPORARY_FOLDER =
      "WARNING: java.io.tmpdir directory does not exist";

  private JavaCommand() {}

  /** The {@code java} of this JVM. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * The first words of a command, to which others are added: a compiler and a collector that cost
   * little where the work is short, and the access to native libraries that the manifest of the
   * command line gives, without which a newer JDK warns on standard error.
   */
  public static List<String> quick() {
    List<String> words = new ArrayList<>();
    words.add(java());
    if (Runtime.version().feature() >= 22) {
      words.add("--enable-native-access=ALL-UNNAMED");
    }
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    return words;
  }
}
