// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.platform.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * A running SHA-256 of names: each in UTF-8, ended by a zero byte, which {@code printf '%s\0' ... |
 * sha256sum} gives too. Used on one thread.
 */
final class NamesDigest {
  private final Sha256 digest = new Sha256();

  void add(String name) {
    digest.add(name.getBytes(StandardCharsets.UTF_8));
    digest.add((byte) 0);
  }

  /** The digest of all names so far. */
  String soFar() {
    return digest.soFar();
  }
}
