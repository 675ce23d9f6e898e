// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import org.jspecify.annotations.Nullable;

/**
 * Inputs one after another. What cannot be read is an input that fails; nothing is thrown for it.
 * Used on one thread.
 */
interface InputSequence extends AutoCloseable {
  /** The next one, after the one before was {@link Input#loaded}; null at the end. */
  @Nullable Input next();

  /** Whether its files count as named one by one, so that an archive stands for its members. */
  boolean isNaming();

  @Override
  default void close() {}
}
