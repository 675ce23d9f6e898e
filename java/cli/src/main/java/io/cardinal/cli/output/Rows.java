// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.Outcome;
import java.io.IOException;

/** Writes one row for each image, in order. */
public interface Rows {
  /** What stands before the first row. */
  void begin() throws IOException;

  /** The row of one image, called by the name that is shown. */
  void row(String name, Outcome<?> outcome) throws IOException;

  /** Hands on everything written so far, as far as the format can. */
  void flush() throws IOException;

  /** What stands after the last row; all is handed on. */
  default void finish() throws IOException {
    flush();
  }
}
