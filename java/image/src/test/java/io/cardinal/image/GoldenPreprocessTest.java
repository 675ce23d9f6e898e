// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.image.ImageException.Reason;
import io.cardinal.testing.Golden;
import io.cardinal.testing.GoldenReport;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tar;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every entry of the golden index: decoded pixels, transforms and tensors, bit for bit. */
class GoldenPreprocessTest {
  private static final String ABSENT = "data absent";

  /**
   * Every Pillow takes the rows of these recipes first where a picture is no taller than wide: of
   * such pairs, one of how many is done in the order of Pillow 12, too. It has no common factor
   * with the number of recipes, so that each has its turn.
   */
  private static final int ONE_OF = Scale.of(16, 1);

  private final JsonNode index = Golden.json("preprocess/index.json");
  private final Map<String, Preprocessor> recipes = Recipes.of(index);
  private final Map<String, Preprocessor> olderRecipes = new HashMap<>(); // they keep weights
  private int pairs;
  private final GoldenReport report = new GoldenReport("preprocess");

  @Test
  void shouldGiveThePixelsOfTheIndex() {
    Map<String, Map<String, JsonNode>> tars = new TreeMap<>();
    Set<String> files = new LinkedHashSet<>();
    for (JsonNode entry : index.get("entries")) {
      String file = entry.get("file").asText();
      files.add(file);
      int bang = file.indexOf('!');
      if (bang < 0) {
        judge(entry, read(Golden.path("preprocess").resolve(file)));
      } else {
        tars.computeIfAbsent(file.substring(0, bang), tar -> new HashMap<>())
            .put(file.substring(bang + 1), entry);
      }
    }
    tars.forEach(this::judgeTar);
    report.write();

    assertThat(report.keys()).isEqualTo(new TreeSet<>(files));
    assertThat(outcomes("failed")).isEmpty();
    checkLater();
  }

  /** The list of what is refused by name may only shrink. */
  private void checkLater() {
    Map<String, String> later = outcomes("later");
    Set<String> refusedByName = new TreeSet<>(later.keySet());
    if (!Golden.isWhole()) {
      refusedByName.removeIf(key -> Objects.equals(later.get(key), "later: " + ABSENT));
    }
    Set<String> listed = listed();
    if (Golden.isWhole()) {
      assertThat(refusedByName).isEqualTo(listed);
    } else {
      assertThat(listed).containsAll(refusedByName);
    }
  }

  private Map<String, String> outcomes(String start) {
    return report.outcomes().entrySet().stream()
        .filter(entry -> entry.getValue().startsWith(start))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private void judgeTar(String tar, Map<String, JsonNode> members) {
    Path path = Golden.path("preprocess").resolve(tar).normalize();
    Map<String, JsonNode> missing = new TreeMap<>(members);
    if (Files.isRegularFile(path)) {
      Tar.forEach(
          path,
          (name, content) -> {
            JsonNode entry = missing.remove(name);
            if (entry != null) {
              judge(entry, content);
            }
          });
    }
    for (JsonNode entry : missing.values()) {
      absent(key(entry));
    }
  }

  private void absent(String key) {
    if (Golden.isWhole()) {
      report.failed(key, ABSENT);
    } else {
      report.later(key, ABSENT);
    }
  }

  private void judge(JsonNode entry, byte[] file) {
    String key = key(entry);
    if (!Golden.sha256(file).equals(entry.get("sha256").asText())) {
      report.failed(key, "the file is not that of the index");
      return;
    }
    boolean refuse = entry.has("refuse");
    boolean damaged = entry.path("damaged").asBoolean();
    Pixels pixels;
    try {
      pixels = ImageDecoder.standard().decode(file);
    } catch (ImageException e) {
      if (refuse || damaged) {
        report.refused(key);
      } else if (e.reason() == Reason.UNSUPPORTED) {
        report.later(key, e.getMessage());
      } else {
        report.failed(key, e.getMessage());
      }
      return;
    }
    String difference =
        refuse ? "not refused" : compare(entry, pixels) + compareTurned(entry, pixels, file);
    if (difference.isEmpty()) {
      report.passed(key);
    } else {
      report.failed(key, difference);
    }
  }

  /** What differs, or an empty text. */
  private String compare(JsonNode entry, Pixels pixels) {
    JsonNode size = entry.get("size");
    if (pixels.width() != size.get(0).asInt() || pixels.height() != size.get(1).asInt()) {
      return "size " + pixels;
    }
    if (!Golden.sha256(pixels.rgb()).equals(entry.get("rgb").asText())) {
      return "other pixels";
    }
    StringBuilder wrong = new StringBuilder();
    for (Map.Entry<String, JsonNode> transform : entry.get("transforms").properties()) {
      String name = transform.getKey();
      String expected = transform.getValue().isNull() ? "refused" : transform.getValue().asText();
      Transformed found = Transformed.of(pixels, recipe(name), null);
      if (!expected.equals(found.answer())) {
        wrong.append(" ").append(name);
      }
      boolean isTall = pixels.height() > pixels.width();
      if (isTall || entry.path("pillow_12").has(name) || pairs++ % ONE_OF == 0) {
        String older = entry.path("pillow_12").path(name).asText(expected);
        if (!older.equals(Transformed.of(pixels, olderRecipe(name), found).answer())) {
          wrong.append(" of Pillow 12: ").append(name);
        }
      }
    }
    for (Map.Entry<String, JsonNode> tensor : entry.path("tensors").properties()) {
      if (!tensor(pixels, recipe(tensor.getKey()))
          .equals(tensor.getValue().get("sha256").asText())) {
        wrong.append(" tensor ").append(tensor.getKey());
      }
    }
    return wrong.isEmpty() ? "" : "other bytes after" + wrong;
  }

  /** With the orientation of EXIF, where the index has an answer to that; otherwise unchanged. */
  private static String compareTurned(JsonNode entry, Pixels pixels, byte[] file) {
    Pixels turned = ImageDecoder.standard().withExifOrientation(true).decode(file);
    JsonNode expected = entry.path("exif");
    boolean equal =
        expected.isMissingNode()
            ? turned.width() == pixels.width() && Arrays.equals(turned.rgb(), pixels.rgb())
            : turned.width() == expected.get("size").get(0).asInt()
                && turned.height() == expected.get("size").get(1).asInt()
                && Golden.sha256(turned.rgb()).equals(expected.get("rgb").asText());
    return equal ? "" : " other pixels when turned";
  }

  /**
   * What a recipe made of a picture.
   *
   * @param rgb its samples; none where it was refused
   * @param answer their digest, or why there are none
   */
  private record Transformed(byte[] rgb, String answer) {
    /** Equal samples have the digest that another one has: it is worked out once. */
    static Transformed of(Pixels pixels, Preprocessor recipe, @Nullable Transformed other) {
      try {
        byte[] rgb = recipe.apply(pixels).rgb();
        return other != null && Arrays.equals(rgb, other.rgb)
            ? other
            : new Transformed(rgb, Golden.sha256(rgb));
      } catch (ImageException e) {
        return new Transformed(
            new byte[0], e.reason() == Reason.UNSUPPORTED ? "refused" : e.getMessage());
      }
    }
  }

  /** The golden tensors are N C H W, ours are N H W C. */
  private static String tensor(Pixels pixels, Preprocessor recipe) {
    float[] values = recipe.tensor(pixels);
    int plane = values.length / Pixels.CHANNELS;
    ByteBuffer planes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
      for (int i = 0; i < plane; i++) {
        planes.putFloat(values[i * Pixels.CHANNELS + channel]);
      }
    }
    return Golden.sha256(planes.array());
  }

  private Preprocessor recipe(String name) {
    return Objects.requireNonNull(recipes.get(name), name);
  }

  private Preprocessor olderRecipe(String name) {
    return olderRecipes.computeIfAbsent(
        name, key -> recipe(key).withPassOrder(PassOrder.PILLOW_12));
  }

  private static String key(JsonNode entry) {
    return entry.get("file").asText();
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> listed() {
    try (InputStream in = GoldenPreprocessTest.class.getResourceAsStream("/later-preprocess.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
