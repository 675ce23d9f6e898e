// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The 1,000 classes of ImageNet's challenge in the order of every published 1,000-class checkpoint,
 * by WordNet id and names; as timm's package lists them. Two labels occur twice (crane, maillot):
 * only the ids tell those apart.
 */
public final class ImageNetClasses {
  /** How many classes there are. */
  public static final int COUNT = 1_000;

  private static final List<String> IDS = new ArrayList<>();
  private static final List<String> NAMES = new ArrayList<>();

  static {
    try (InputStream resource = ImageNetClasses.class.getResourceAsStream("imagenet-classes.tsv")) {
      if (resource == null) {
        throw new IllegalStateException("imagenet-classes.tsv is missing from the jar");
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int tab = line.indexOf('\t');
        IDS.add(line.substring(0, tab));
        NAMES.add(line.substring(tab + 1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ImageNetClasses() {}

  /** {@return the WordNet id of each class, such as {@code n01440764}} */
  public static List<String> ids() {
    return Collections.unmodifiableList(IDS);
  }

  /** {@return the first name of each class, such as {@code tench}} */
  public static List<String> labels() {
    return NAMES.stream().map(LabelChoice::firstName).toList();
  }

  /** {@return all names of each class, with commas between} */
  public static List<String> names() {
    return Collections.unmodifiableList(NAMES);
  }
}
