// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The golden data: files and the right answers to them.
 *
 * <p>{@code -Dcardinal.golden=DIR} names the whole of it. Without that property the copy of a part
 * in {@code java/testing/golden} is used: all indexes, but not all files, so that a fresh clone
 * proves the same kinds of things. A property that names an absent folder fails.
 */
public final class Golden {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  /** The checkout's root folder. */
  public static Path root() {
    return Path.of(property("cardinal.root"));
  }

  /** The golden folder in use. */
  public static Path directory() {
    String given = System.getProperty("cardinal.golden", "");
    Path directory = given.isEmpty() ? root().resolve("java/testing/golden") : Path.of(given);
    if (!Files.isDirectory(directory)) {
      throw new IllegalStateException("the golden data is not there: " + directory);
    }
    return directory;
  }

  /** Whether the whole golden data was named, so that an absent file is a failure. */
  public static boolean isWhole() {
    return !System.getProperty("cardinal.golden", "").isEmpty();
  }

  /** A file or folder below {@link #directory()}, whether it is there or not. */
  public static Path path(String relative) {
    return directory().resolve(relative);
  }

  /** Reads a JSON file below {@link #directory()}. */
  public static JsonNode json(String relative) {
    try {
      return JSON.readTree(Files.readAllBytes(path(relative)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The SHA-256 of some bytes in lower-case hexadecimal digits. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException("run the tests with Maven, or give -D" + name);
    }
    return value;
  }
}
