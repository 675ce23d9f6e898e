// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One image that the user asked for.
 *
 * @param name the argument or list line unchanged; for a file in a folder the argument, one {@code
 *     /}, and the path inside: what its row shows
 * @param found the file where a folder was searched, or null where the name is all there is
 */
record Input(String name, @Nullable Path found) {
  /**
   * The file.
   *
   * @throws java.nio.file.InvalidPathException if the locale cannot express its name
   */
  Path file() {
    return found == null ? Path.of(name) : found;
  }
}
