// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.SafetensorsFile;
import io.cardinal.engine.safetensors.SafetensorsWriter;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.DataType;
import io.cardinal.engine.tensor.FormulaTensors;
import io.cardinal.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFileTest {
  @TempDir Path folder;

  private static final ResNeXtSpec SPEC =
      new ResNeXtSpec(List.of(1, 2), 4, 2, Stem.CONV3X3, 8, 16, 3, 1e-3);

  private static ModelDefinition tiny() {
    return new ModelDefinition(
        "tiny",
        SPEC,
        new Preprocessing(
            32,
            48,
            OptionalInt.empty(),
            0.9,
            CropMode.SQUASH,
            Interpolation.BICUBIC,
            List.of(0.1f, 0.2f, 0.3f),
            List.of(0.4f, 0.5f, 0.6f)),
        new ModelMetadata(
            List.of("été", "b \"quoted\"", "c"),
            List.of("n00000001", "n00000002", "n00000003"),
            "tiny.pth",
            "ab".repeat(32),
            "apache-2.0",
            Map.of("top1", 0.5)),
        "",
        FormulaTensors.of(SPEC, 0));
  }

  /** This file is opened for ever: never write it anew. */
  @Test
  void shouldOpenTheCommittedFileOfFormatOne() throws IOException {
    Path copy = folder.resolve("format-1.safetensors");
    try (InputStream resource = ModelFileTest.class.getResourceAsStream("format-1.safetensors")) {
      assertThat(resource).isNotNull();
      Files.copy(resource, copy);
    }
    check(copy);
    try (ModelFile file = ModelFile.open(copy)) {
      assertThat(file.definition().digest())
          .isEqualTo("c5dfddf44d8d8dc4bf450425b227fd12213e8d13d04360b6305b5925951bedc6");
    }
  }

  @Test
  void shouldOpenWhatItWrites() throws IOException {
    Path first = folder.resolve("1.safetensors");
    ModelFile.write(first, tiny());
    check(first);
    Path second = folder.resolve("2.safetensors");
    try (ModelFile file = ModelFile.open(first)) {
      ModelFile.write(second, file.definition());
    }
    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void shouldOpenAModelFileInMemory() throws IOException {
    Path path = folder.resolve("model.safetensors");
    ModelFile.write(path, tiny());
    byte[] content = Files.readAllBytes(path);
    ModelFile closed;
    try (ModelFile stored = ModelFile.open(path);
        ModelFile file = ModelFile.open("models/model.safetensors", content)) {
      assertThat(file.definition().digest()).isEqualTo(stored.definition().digest());
      assertThat(file.metadata()).isEqualTo(stored.metadata());
      Path copy = folder.resolve("copy.safetensors");
      ModelFile.write(copy, file.definition());
      assertThat(copy).hasBinaryContent(content);
      closed = file;
    }
    Tensor tensor = closed.definition().tensors().values().iterator().next();
    assertThatThrownBy(() -> all(tensor))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    byte[] half = Arrays.copyOf(content, content.length / 2);
    assertThatThrownBy(() -> ModelFile.open("models/half.safetensors", half))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("half.safetensors");
    assertThatThrownBy(() -> ModelFile.open("models/none.safetensors", new byte[0]))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("none.safetensors is empty");
  }

  private static void check(Path path) {
    assertThat(ModelFile.isModelFile(path)).isTrue();
    ModelDefinition wanted = tiny();
    try (ModelFile file = ModelFile.open(path)) {
      ModelDefinition found = file.definition();
      assertThat(found.name()).isEqualTo(wanted.name());
      assertThat(found.spec()).isEqualTo(wanted.spec());
      assertThat(found.preprocessing()).isEqualTo(wanted.preprocessing());
      assertThat(found.metadata()).isEqualTo(wanted.metadata());
      assertThat(found.digest()).hasSize(64);
      assertThat(found.tensors().keySet()).isEqualTo(wanted.tensors().keySet());
      found
          .tensors()
          .forEach((key, tensor) -> assertThat(all(tensor)).isEqualTo(all(get(wanted, key))));
    }
  }

  private static Tensor get(ModelDefinition model, String key) {
    return Objects.requireNonNull(model.tensors().get(key), key);
  }

  private static double[] all(Tensor tensor) {
    double[] values = new double[(int) tensor.elements()];
    tensor.read(0, values, values.length);
    return values;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cardinal.format | 2 | NEWER_FORMAT",
        "cardinal.format | 1000000 | NEWER_FORMAT",
        "cardinal.format | 0 | CORRUPT",
        "cardinal.format | one | CORRUPT",
        "cardinal.format | | UNKNOWN_CONTAINER",
        "cardinal.architecture | | CORRUPT",
        "cardinal.architecture | {} | CORRUPT",
        "cardinal.architecture | [1 | CORRUPT",
        "cardinal.preprocessing | | CORRUPT",
        "cardinal.preprocessing | {\"input_size\":[1,2,3]} | CORRUPT",
        "cardinal.labels | | CORRUPT",
        "cardinal.labels | [\"a\",\"b\"] | LABEL_COUNT",
        "cardinal.labels | [\"a\",\"b\",\"c\",\"d\"] | LABEL_COUNT",
        "cardinal.labels | [1,2,3] | CORRUPT",
        "cardinal.label_ids | [\"a\"] | LABEL_COUNT",
        "cardinal.source | {\"file\":1} | CORRUPT",
        "cardinal.accuracy | {\"top1\":\"high\"} | CORRUPT",
      })
  void shouldRefuseMetadata(String key, @Nullable String value, Reason reason) {
    assertThat(refusal(key, value, Map.of()).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cardinal.architecture | 3x3 | 5x5 | UNSUPPORTED_VARIANT",
        "cardinal.architecture | none | avg2x2 | UNSUPPORTED_VARIANT",
        "cardinal.architecture | stem_pool | pool | CORRUPT",
        "cardinal.architecture | epsilon | eps | CORRUPT",
        "cardinal.architecture | 0.001 | 0 | CORRUPT",
        "cardinal.architecture | [1,2] | [] | CORRUPT",
        "cardinal.architecture | [1,2] | [1,2000] | CORRUPT",
        "cardinal.architecture | [1,2] | [1,3] | MISSING_TENSOR",
        "cardinal.architecture | \"cardinality\":4 | \"cardinality\":8 | WRONG_SHAPE",
        "cardinal.preprocessing | squash | stretch | UNSUPPORTED_VARIANT",
        "cardinal.preprocessing | bicubic | lanczos | UNSUPPORTED_VARIANT",
        "cardinal.preprocessing | [3, | [4, | CORRUPT",
        "cardinal.preprocessing | 0.9 | 1.1 | CORRUPT",
        "cardinal.preprocessing | 0.9 | \"0.9\" | CORRUPT",
      })
  void shouldRefuseChangedMetadata(String key, String from, String to, Reason reason) {
    String value = Objects.requireNonNull(ModelFileMetadata.write(tiny()).get(key), key);
    assertThat(value).contains(from);
    ModelException e = refusal(key, value.replace(from, to), Map.of());
    assertThat(e.reason()).isEqualTo(reason);
  }

  @Test
  void shouldNameTheTensorThatDoesNotFit() {
    Tensor other = new Constant(List.of(8, 3, 7, 7));
    ModelException e = refusal("k", "v", Map.of("conv1.weight", other));
    assertThat(e.reason()).isEqualTo(Reason.WRONG_SHAPE);
    assertThat(e).hasMessageContainingAll("conv1.weight", "[8, 3, 3, 3]", "[8, 3, 7, 7]");
  }

  @Test
  void shouldIgnoreWhatItDoesNotKnow() throws IOException {
    Path path = file("other.tool", "text", Map.of("extra", new Constant(List.of(2))));
    try (ModelFile file = ModelFile.open(path)) {
      assertThat(file.definition().tensors()).doesNotContainKey("extra");
      assertThat(file.metadata()).containsEntry("other.tool", "text");
    }
  }

  @Test
  void shouldTellModelFilesFromOthers() throws IOException {
    SafetensorsWriter.write(folder.resolve("plain"), Map.of(), tiny().tensors());
    assertThat(ModelFile.isModelFile(folder.resolve("plain"))).isFalse();
    Files.writeString(folder.resolve("text"), "hello");
    assertThat(ModelFile.isModelFile(folder.resolve("text"))).isFalse();
    assertThat(ModelFile.isModelFile(file("cardinal.format", "2", Map.of()))).isTrue();
  }

  @Test
  void shouldNotWriteAnIncompleteModel() {
    Map<String, Tensor> tensors = new HashMap<>(tiny().tensors());
    tensors.remove("fc.bias");
    ModelDefinition model = tiny();
    ModelDefinition incomplete =
        new ModelDefinition(
            model.name(), SPEC, model.preprocessing(), model.metadata(), "", tensors);
    Path target = folder.resolve("target");
    assertThatThrownBy(() -> ModelFile.write(target, incomplete))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("fc.bias");
    assertThat(target).doesNotExist();
  }

  private ModelException refusal(String key, @Nullable String value, Map<String, Tensor> changes) {
    Path path = file(key, value, changes);
    return catchThrowableOfType(ModelException.class, () -> ModelFile.open(path).close());
  }

  /** A file with one entry changed (null: removed) and some tensors replaced. */
  private Path file(String key, @Nullable String value, Map<String, Tensor> changes) {
    Map<String, String> metadata = new TreeMap<>(ModelFileMetadata.write(tiny()));
    if (value == null) {
      metadata.remove(key);
    } else {
      metadata.put(key, value);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>(tiny().tensors());
    tensors.putAll(changes);
    Path path = folder.resolve("changed.safetensors");
    SafetensorsWriter.write(path, metadata, tensors);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensors()).hasSize(tensors.size());
    }
    return path;
  }

  /** A tensor of zeros. */
  private record Constant(List<Integer> shape) implements Tensor {
    @Override
    public DataType type() {
      return DataType.F32;
    }

    @Override
    public void read(long first, double[] into, int count) {
      Arrays.fill(into, 0, count, 0);
    }
  }
}
