// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A folder in which nothing can be written for a while: by a read-only mount where one may be made,
 * since root may write whatever the permissions say, else by permissions.
 */
public final class ReadOnlyFolder {
  private ReadOnlyFolder() {}

  /** What is done meanwhile. */
  public interface Action {
    void run() throws Exception;
  }

  /** Runs an action meanwhile; false, and nothing was run, where writing cannot be prevented. */
  public static boolean during(Path folder, Action action) throws Exception {
    String path = folder.toString();
    boolean isMount = succeeds("mount", "--bind", path, path);
    try {
      if (isMount) {
        succeeds("mount", "-o", "remount,bind,ro", path);
      } else {
        permit(folder, "r-xr-xr-x");
      }
      boolean isLocked = !canWrite(folder);
      if (isLocked) {
        action.run();
      }
      return isLocked;
    } finally {
      if (!isMount) {
        permit(folder, "rwxr-xr-x");
      } else {
        succeeds("umount", path);
      }
    }
  }

  private static boolean canWrite(Path folder) {
    try {
      Files.delete(Files.createTempFile(folder, "probe", ""));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void permit(Path folder, String permissions) throws IOException {
    List<Path> folders;
    try (var paths = Files.walk(folder)) {
      folders = paths.filter(Files::isDirectory).toList();
    }
    for (Path each : folders) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString(permissions));
    }
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return Files.isExecutable(Path.of("/bin/" + command[0]))
        && new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
  }
}
