// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes one vector for each image, in order. */
public interface Vectors {
  /** The vector of one image, called by the name that is shown; null where it has none. */
  void row(String name, float @Nullable [] vector) throws IOException;

  /** What stands after the last one; all is handed on. */
  void finish() throws IOException;
}
