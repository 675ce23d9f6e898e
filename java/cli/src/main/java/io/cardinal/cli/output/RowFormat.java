// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file format of rows. Jars on the class path may bring more of them, as {@link
 * java.util.ServiceLoader} finds them.
 */
public interface RowFormat {
  /** What the format is called on the command line; its files' names end so. */
  String name();

  /** Begins rows; the stream is the caller's to close. */
  Rows open(OutputStream out, RowStyle style) throws IOException;
}
