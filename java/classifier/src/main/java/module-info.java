// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Image classification to embed: the network and the pictures together.
 *
 * <p>Start with {@link io.cardinal.Classifier}. An application says {@code requires io.cardinal},
 * and nothing about native libraries.
 */
module io.cardinal {
  exports io.cardinal;

  requires transitive io.cardinal.engine;
  requires transitive io.cardinal.image;
  requires transitive java.desktop;
  requires jdk.jfr;
  requires static org.jspecify;
}
