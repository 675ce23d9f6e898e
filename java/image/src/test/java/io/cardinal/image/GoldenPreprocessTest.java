// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.image.ImageException.Reason;
import io.cardinal.testing.Golden;
import io.cardinal.testing.GoldenReport;
import io.cardinal.testing.Tar;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every entry of the golden index: decoded pixels, transforms and tensors, bit for bit. */
class GoldenPreprocessTest {
  private static final String ABSENT = "data absent";

  private final JsonNode index = Golden.json("preprocess/index.json");
  private final Map<String, Preprocessor> recipes = Recipes.of(index);
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
        refuse ? "not refused" : compare(entry, pixels) + compareTurned(entry, file);
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
      if (!expected.equals(transformed(pixels, recipe(name)))) {
        wrong.append(" ").append(name);
      }
      String older = entry.path("pillow_12").path(name).asText(expected);
      if (!older.equals(transformed(pixels, recipe(name).withPassOrder(PassOrder.PILLOW_12)))) {
        wrong.append(" of Pillow 12: ").append(name);
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
  private static String compareTurned(JsonNode entry, byte[] file) {
    JsonNode expected = entry.has("exif") ? entry.get("exif") : entry;
    Pixels turned = ImageDecoder.standard().withExifOrientation(true).decode(file);
    boolean equal =
        turned.width() == expected.get("size").get(0).asInt()
            && turned.height() == expected.get("size").get(1).asInt()
            && Golden.sha256(turned.rgb()).equals(expected.get("rgb").asText());
    return equal ? "" : " other pixels when turned";
  }

  private static String transformed(Pixels pixels, Preprocessor recipe) {
    try {
      return Golden.sha256(recipe.apply(pixels).rgb());
    } catch (ImageException e) {
      return e.reason() == Reason.UNSUPPORTED ? "refused" : e.getMessage();
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
