// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

/** Counts the files that were seen in folders and archives and are no inputs. */
final class OtherFiles {
  private long count;

  void add() {
    count++;
  }

  long count() {
    return count;
  }
}
