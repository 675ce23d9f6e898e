// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.safetensors.FileLayer;
import java.io.IOException;

/**
 * A file format of vectors. Jars on the class path may bring more of them, as {@link
 * java.util.ServiceLoader} finds them.
 */
public interface VectorFormat {
  /** What the format is called on the command line; its files' names end so. */
  String name();

  /** Begins vectors of so many numbers; the file is the caller's to close. */
  Vectors open(FileLayer.NewFile file, int columns) throws IOException;
}
