// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.ModelFile;
import io.cardinal.engine.safetensors.SafetensorsWriter;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.FormulaTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lies beside a checkpoint: config.json and label files; and the other entry points. */
class ConfigTest {
  private static final ResNeXtSpec SPEC =
      new ResNeXtSpec(List.of(1), 2, 2, Stem.CONV3X3, 4, 8, 2, 1e-5);

  @TempDir Path folder;
  private Path checkpoint = Path.of("");

  @BeforeEach
  void writeCheckpoint() {
    checkpoint = folder.resolve("model.safetensors");
    SafetensorsWriter.write(checkpoint, Map.of(), FormulaTensors.of(SPEC, 0));
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"architecture\":\"resnetblur50\"} | UNSUPPORTED_VARIANT",
        "{\"architecture\":\"seresnextaa101d_32x8d\"} | UNSUPPORTED_VARIANT",
        "{\"architecture\":\"x\",\"model_args\":{\"aa_layer\":\"avg\"}} | UNSUPPORTED_VARIANT",
        "{\"architecture\":\"x\",\"model_args\":{\"act_layer\":\"silu\"}} | UNSUPPORTED_VARIANT",
        "{\"architecture\":\"x\",\"global_pool\":\"max\"} | UNSUPPORTED_VARIANT",
        "{\"architecture\":\"x\",\"interpolation\":\"random\"} | UNSUPPORTED_VARIANT",
        "{\"architecture\":\"x\",\"crop_mode\":\"corner\"} | UNSUPPORTED_VARIANT",
        "{\"architecture\":\"x\",\"input_size\":[1,32,32]} | UNSUPPORTED_VARIANT",
        "{\"architecture\":\"x\",\"input_size\":[3,32]} | CORRUPT",
        "{\"architecture\":\"x\",\"input_size\":[3,0,0]} | CORRUPT",
        "{\"architecture\":\"x\",\"crop_pct\":1.5} | CORRUPT",
        "{\"architecture\":\"x\",\"crop_pct\":\"1\"} | CORRUPT",
        "{\"architecture\":\"x\",\"std\":[0,1,1]} | CORRUPT",
        "{\"architecture\":\"x\",\"labels\":[\"a\"]} | LABEL_COUNT",
        "{\"architecture\": | CORRUPT",
        "{\"a\":1,\"a\":2} | CORRUPT",
      })
  void shouldRefuse(String json, Reason reason) throws IOException {
    config(json);
    ModelException e =
        catchThrowableOfType(
            ModelException.class,
            () -> CheckpointImporter.open(checkpoint, ImportOptions.DEFAULT).close());
    assertThat(e.reason()).isEqualTo(reason);
  }

  @Test
  void shouldTakeWhatItSays() throws IOException {
    config(
        "{\"architecture\":\"resnext\",\"label_names\":[\"n00000001\",\"n00000002\"],"
            + "\"label_descriptions\":{\"n00000001\":\"cat, puss\"},\"pretrained_cfg\":{"
            + "\"input_size\":[3,40,48],\"interpolation\":\"bilinear\",\"crop_pct\":0.8,"
            + "\"crop_mode\":\"squash\",\"license\":\"mit\",\"mean\":[0,0.5,1]}}");
    try (ImportedModel model = CheckpointImporter.open(checkpoint, ImportOptions.DEFAULT)) {
      assertThat(model.definition().preprocessing().height()).isEqualTo(40);
      assertThat(model.definition().preprocessing().width()).isEqualTo(48);
      assertThat(model.definition().preprocessing().cropMode()).isEqualTo(CropMode.SQUASH);
      assertThat(model.definition().preprocessing().mean()).containsExactly(0f, 0.5f, 1f);
      assertThat(model.definition().metadata().labels()).containsExactly("cat", "n00000002");
      assertThat(model.definition().metadata().labelIds())
          .containsExactly("n00000001", "n00000002");
      assertThat(model.definition().metadata().licence()).isEqualTo("mit");
      assertThat(model.warnings()).isEmpty();
    }
    ImportOptions options = ImportOptions.DEFAULT.withInterpolation(Interpolation.BICUBIC);
    try (ImportedModel model = CheckpointImporter.open(checkpoint, options)) {
      assertThat(model.definition().preprocessing().interpolation())
          .isEqualTo(Interpolation.BICUBIC);
      assertThat(model.definition().preprocessing().height()).isEqualTo(40);
    }
  }

  @Test
  void shouldLeaveOtherToolsConfigsAlone() throws IOException {
    config("{\"architectures\":[\"Other\"]}");
    try (ImportedModel model = CheckpointImporter.open(checkpoint, ImportOptions.DEFAULT)) {
      assertThat(model.definition().preprocessing().height()).isEqualTo(32);
      assertThat(model.warnings()).anyMatch(warning -> warning.contains("CIFAR"));
    }
  }

  @Test
  void shouldReadLabelFiles() throws IOException {
    Path file = folder.resolve("labels.txt");
    Files.writeString(file, "\ufeffcat\r\n dog \nété\n\n");
    assertThat(LabelFile.read(file)).containsExactly("cat", "dog", "été");
    Files.writeString(file, "cat\n\ndog\n");
    assertThatThrownBy(() -> LabelFile.read(file)).hasMessageContaining("line 2");
    Files.write(file, new byte[] {(byte) 0xff, 'a'});
    assertThatThrownBy(() -> LabelFile.read(file)).hasMessageContaining("UTF-8");
    Files.writeString(file, "");
    assertThatThrownBy(() -> LabelFile.read(file)).isInstanceOf(ModelException.class);
  }

  @Test
  void shouldInspectCheckpointsAndModelFiles() throws IOException {
    String report = CheckpointInspector.inspect(checkpoint);
    assertThat(report)
        .contains(
            "container: safetensors",
            "network: resnext5_2x2d",
            "cardinality 2",
            "fc.bias: F32 [2]");
    Path model = folder.resolve("out.safetensors");
    try (ImportedModel imported = CheckpointImporter.open(checkpoint, ImportOptions.DEFAULT)) {
      ModelFile.write(model, imported.definition());
    }
    assertThat(CheckpointInspector.inspect(model))
        .contains("Cardinal model file", "source: model.safetensors", "labels: 2, first class 0");
    Path text = Files.writeString(folder.resolve("text"), "hello");
    assertThat(CheckpointInspector.inspect(text)).contains("refused: UNKNOWN_CONTAINER", "a text");
  }

  @Test
  void shouldWriteRandomModels() {
    Path target = folder.resolve("random.safetensors");
    RandomModel.write("cifar_resnext29_8x4d", 3, target);
    Architecture known = Architectures.named("cifar_resnext29_8x4d").orElseThrow();
    try (ModelFile file = ModelFile.open(target)) {
      assertThat(file.definition().spec()).isEqualTo(known.spec());
      assertThat(file.definition().preprocessing().cropPct()).isEqualTo(1.0);
    }
    assertThatThrownBy(() -> RandomModel.of("no_such", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Architectures.all())
        .allSatisfy(a -> assertThat(RandomModel.of(a.name(), 0).spec()).isEqualTo(a.spec()));
  }
}
