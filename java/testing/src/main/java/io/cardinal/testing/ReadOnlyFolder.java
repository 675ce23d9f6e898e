// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * A folder in which nothing can be written until this is closed: by a read-only mount where one may
 * be made, since root may write whatever the permissions say, else by permissions.
 */
public final class ReadOnlyFolder implements AutoCloseable {
  private final Path folder;
  private final boolean isMount;

  private ReadOnlyFolder(Path folder, boolean isMount) {
    this.folder = folder;
    this.isMount = isMount;
  }

  /** Takes the right to write away; empty where that cannot be done. */
  public static Optional<ReadOnlyFolder> of(Path folder) throws IOException, InterruptedException {
    boolean isMount = succeeds("mount", "--bind", folder.toString(), folder.toString());
    ReadOnlyFolder made = new ReadOnlyFolder(folder, isMount);
    if (isMount) {
      succeeds("mount", "-o", "remount,bind,ro", folder.toString());
    } else {
      permit(folder, "r-xr-xr-x");
    }
    try {
      Files.delete(Files.createTempFile(folder, "probe", ""));
      made.close();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(made); // as it should be
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (!isMount) {
      permit(folder, "rwxr-xr-x");
    } else if (!succeeds("umount", folder.toString())) {
      throw new IOException("cannot unmount " + folder);
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
