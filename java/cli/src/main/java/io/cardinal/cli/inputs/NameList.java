// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.cli.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The files that a list names, one a line. */
final class NameList implements InputSequence {
  private static final int LONGEST_NAME = 1 << 16;

  private final String argument;
  private final InputRules rules;
  private final LineReader names;
  private boolean hasEnded;

  /**
   * A list.
   *
   * @param argument what the list was called
   * @param in closed with this
   */
  NameList(String argument, InputStream in, InputRules rules) {
    this.argument = argument;
    this.rules = rules;
    this.names = new LineReader(in, rules.isNulSeparated(), LONGEST_NAME);
  }

  @Override
  public @Nullable Input next() {
    if (hasEnded) {
      return null;
    }
    try {
      byte[] line = names.next();
      if (line == null) {
        hasEnded = true;
        return null;
      }
      String name = new String(line, StandardCharsets.UTF_8);
      return Arrays.equals(name.getBytes(StandardCharsets.UTF_8), line)
          ? Input.named(name, rules.base())
          : Input.failed(name, new InvalidPathException(name, Failures.NOT_UTF_8));
    } catch (IOException e) {
      hasEnded = true;
      return Input.failed(argument, e);
    }
  }

  @Override
  public boolean isNaming() {
    return true;
  }

  @Override
  public void close() {
    Closing.quietly(names);
  }
}
