// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.ModelFile;
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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointImporterTest {
  private static final ResNeXtSpec SPEC =
      new ResNeXtSpec(List.of(1, 2), 2, 2, Stem.CONV7X7_POOL, 4, 8, 3, 1e-5);

  @TempDir Path folder;

  /** A tensor of one value. */
  private record Constant(List<Integer> shape, double value) implements Tensor {
    @Override
    public DataType type() {
      return DataType.F32;
    }

    @Override
    public void read(long first, double[] into, int count) {
      Arrays.fill(into, 0, count, value);
    }
  }

  private Path checkpoint(Consumer<Map<String, Tensor>> change) {
    return checkpoint("model.safetensors", SPEC, change);
  }

  private Path checkpoint(String name, ResNeXtSpec spec, Consumer<Map<String, Tensor>> change) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(FormulaTensors.of(spec, 1));
    change.accept(tensors);
    Path path = folder.resolve(name);
    SafetensorsWriter.write(path, Map.of(), tensors);
    return path;
  }

  private static ImportedModel open(Path path) {
    return CheckpointImporter.open(path, ImportOptions.DEFAULT);
  }

  private static ModelException refusal(Path path, ImportOptions options) {
    return catchThrowableOfType(
        ModelException.class, () -> CheckpointImporter.open(path, options).close());
  }

  @Test
  void shouldReadTheArchitectureOffTheShapes() throws IOException {
    Path path = checkpoint(tensors -> {});
    try (ImportedModel model = open(path)) {
      assertThat(model.definition().spec()).isEqualTo(SPEC);
      assertThat(model.definition().name()).isEqualTo("resnext11_2x2d");
      assertThat(model.definition().preprocessing()).isEqualTo(Preprocessing.torchvision());
      assertThat(model.definition().metadata().labels())
          .containsExactly("class 0", "class 1", "class 2");
      assertThat(model.definition().metadata().sourceName()).isEqualTo("model.safetensors");
      assertThat(model.definition().metadata().sourceSha256()).hasSize(64);
      assertThat(model.container()).isEqualTo("safetensors");
      ModelFile.write(folder.resolve("out"), model.definition());
    }
    try (ModelFile file = ModelFile.open(folder.resolve("out"))) {
      assertThat(file.definition().spec()).isEqualTo(SPEC);
    }
    assertThat(refusal(folder.resolve("out"), ImportOptions.DEFAULT))
        .hasMessageContaining("model file already");
  }

  @Test
  void shouldUseTheLabelsOfImageNetForAThousandClasses() {
    ResNeXtSpec spec = new ResNeXtSpec(List.of(1), 1, 1, Stem.CONV7X7_POOL, 1, 1, 1000, 1e-5);
    try (ImportedModel model = open(checkpoint("m", spec, tensors -> {}))) {
      assertThat(model.definition().metadata().labels()).startsWith("tench", "goldfish");
      assertThat(model.definition().metadata().labelIds()).startsWith("n01440764");
      assertThat(model.warnings()).isEmpty();
    }
    assertThat(ImageNetClasses.ids()).hasSize(1000).doesNotHaveDuplicates();
    assertThat(ImageNetClasses.labels()).hasSize(1000).allMatch(label -> !label.isBlank());
    assertThat(ImageNetClasses.labels().stream().distinct()).hasSize(998);
    assertThat(ImageNetClasses.names().get(1)).isEqualTo("goldfish, Carassius auratus");
  }

  @Test
  void shouldTakeTheUsersLabels() {
    Path path = checkpoint(tensors -> {});
    ImportOptions options = ImportOptions.DEFAULT.withLabels(List.of("x", "y", "z"));
    try (ImportedModel model = CheckpointImporter.open(path, options)) {
      assertThat(model.definition().metadata().labels()).containsExactly("x", "y", "z");
    }
    ModelException e = refusal(path, ImportOptions.DEFAULT.withLabels(List.of("x")));
    assertThat(e.reason()).isEqualTo(Reason.LABEL_COUNT);
  }

  @Test
  void shouldTakeTheUsersPreprocessing() {
    Path path = checkpoint(tensors -> {});
    ImportOptions options =
        ImportOptions.DEFAULT
            .withInputSize(64, 96)
            .withCropPct(0.5)
            .withCropMode(CropMode.BORDER)
            .withInterpolation(Interpolation.BICUBIC)
            .withMean(List.of(0f, 0.1f, 0.2f))
            .withStd(List.of(1f, 2f, 3f))
            .withEpsilon(1e-3);
    try (ImportedModel model = CheckpointImporter.open(path, options)) {
      assertThat(model.definition().spec().epsilon()).isEqualTo(1e-3);
      assertThat(model.definition().preprocessing())
          .isEqualTo(
              new Preprocessing(
                  64,
                  96,
                  OptionalInt.empty(),
                  0.5,
                  CropMode.BORDER,
                  Interpolation.BICUBIC,
                  List.of(0f, 0.1f, 0.2f),
                  List.of(1f, 2f, 3f)));
    }
    try (ImportedModel model =
        CheckpointImporter.open(path, ImportOptions.DEFAULT.withResize(232))) {
      assertThat(model.definition().preprocessing().resize()).hasValue(232);
      assertThat(model.definition().preprocessing().height()).isEqualTo(224);
    }
  }

  @Test
  void shouldWarnAboutExtraTensorsOrRefuseThem() {
    Path path = checkpoint(t -> t.put("layer1.0.extra", new Constant(List.of(2), 0)));
    try (ImportedModel model = open(path)) {
      assertThat(model.warnings()).anyMatch(warning -> warning.contains("layer1.0.extra"));
    }
    ModelException e = refusal(path, ImportOptions.DEFAULT.withStrict(true));
    assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_VARIANT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"conv1.bias", "layer1.0.conv2.bias", "layer2.1.downsample.0.weight"})
  void shouldRefuseTensorsThatWouldChangeAnswers(String key) {
    Path path = checkpoint(t -> t.put(key, new Constant(List.of(4), 0)));
    assertThat(refusal(path, ImportOptions.DEFAULT).reason()).isEqualTo(Reason.UNSUPPORTED_VARIANT);
  }

  @Test
  void shouldIgnoreCounters() {
    Path path = checkpoint(t -> t.put("bn1.num_batches_tracked", new Constant(List.of(), 7)));
    try (ImportedModel model =
        CheckpointImporter.open(path, ImportOptions.DEFAULT.withStrict(true))) {
      assertThat(model.definition().tensors()).doesNotContainKey("bn1.num_batches_tracked");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"conv1.weight", "layer2.1.bn3.running_var", "fc.bias", "layer1.0.conv1.weight"})
  void shouldNameAMissingTensor(String key) {
    ModelException e = refusal(checkpoint(t -> t.remove(key)), ImportOptions.DEFAULT);
    assertThat(e.reason()).isEqualTo(Reason.MISSING_TENSOR);
    assertThat(e).hasMessageContaining(key);
  }

  @ParameterizedTest
  @CsvSource({
    "layer1.0.conv3.weight, 8 4 3 3, WRONG_SHAPE",
    "layer2.0.bn1.bias, 9, WRONG_SHAPE",
    "layer1.0.conv2.weight, 4 3 3 3, WRONG_SHAPE",
    "layer1.0.conv2.weight, 4 2 3, WRONG_SHAPE",
    "fc.weight, 3 17, WRONG_SHAPE",
    "fc.weight, 0 16, WRONG_SHAPE",
    "conv1.weight, 4 3 5 5, UNSUPPORTED_VARIANT",
    "conv1.weight, 4 1 7 7, UNSUPPORTED_VARIANT",
    "conv1.weight, 4 3 7 3, UNSUPPORTED_VARIANT",
    "layer8.1200.conv1.weight, 4 3 1 1, UNSUPPORTED_VARIANT",
    "layer999.0.conv1.weight, 4 3 1 1, UNSUPPORTED_VARIANT",
  })
  void shouldRefuseAWrongShape(String key, String shape, Reason reason) {
    List<Integer> dimensions = Arrays.stream(shape.split(" ", -1)).map(Integer::valueOf).toList();
    Path path = checkpoint(t -> t.put(key, new Constant(dimensions, 0.5)));
    assertThat(refusal(path, ImportOptions.DEFAULT).reason()).isEqualTo(reason);
  }

  @Test
  void shouldRefuseAThreeByThreeStemWithFourStages() {
    ResNeXtSpec spec = new ResNeXtSpec(List.of(1, 1, 1, 1), 1, 1, Stem.CONV3X3, 1, 1, 2, 1e-5);
    ModelException e = refusal(checkpoint("m", spec, tensors -> {}), ImportOptions.DEFAULT);
    assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_VARIANT);
  }

  @ParameterizedTest
  @CsvSource({"NaN, 4 NaN", "Infinity, 4 infinite", "1e300, 4 infinite"})
  void shouldCountWhatIsNoNumberAndRefuseUnlessAllowed(double value, String count) {
    Path path = checkpoint(t -> t.put("layer1.0.bn1.bias", new Constant(List.of(4), value)));
    ModelException e = refusal(path, ImportOptions.DEFAULT);
    assertThat(e.reason()).isEqualTo(Reason.NOT_FINITE);
    assertThat(e).hasMessageContainingAll("layer1.0.bn1.bias", count.substring(2));
    ImportOptions allowed = ImportOptions.DEFAULT.withAllowNonFinite(true);
    try (ImportedModel model = CheckpointImporter.open(path, allowed)) {
      assertThat(model.warnings()).anyMatch(warning -> warning.contains("layer1.0.bn1.bias"));
    }
  }

  @Test
  void shouldRefuseANegativeVarianceButNotZero() {
    String key = "bn1.running_var";
    Path zero = checkpoint(t -> t.put(key, new Constant(List.of(4), 0)));
    open(zero).close();
    Path negative = checkpoint(t -> t.put(key, new Constant(List.of(4), -1e-9)));
    assertThat(refusal(negative, ImportOptions.DEFAULT).reason()).isEqualTo(Reason.BAD_VALUE);
  }

  @Test
  void shouldWarnWhereTheNameHasAnotherHash() {
    try (ImportedModel model = open(checkpoint("m-01234567.pth", SPEC, t -> {}))) {
      assertThat(model.warnings()).anyMatch(warning -> warning.contains("01234567"));
    }
    try (ImportedModel model = open(checkpoint("m-0123.pth", SPEC, t -> {}))) {
      assertThat(model.warnings()).noneMatch(warning -> warning.contains("0123"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seresnextaa101d_32x8d.pth",
        "resnetaa50.pth",
        "my-resnetblur50.bin",
        "RESNEXTAA50"
      })
  void shouldRefuseAntiAliasedNetworksByTheirNames(String name) {
    assertThat(refusal(checkpoint(name, SPEC, t -> {}), ImportOptions.DEFAULT).reason())
        .isEqualTo(Reason.UNSUPPORTED_VARIANT);
  }
}
