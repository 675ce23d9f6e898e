// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelFile;
import io.cardinal.engine.ModelMetadata;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.FormulaTensors;
import io.cardinal.image.CropMode;
import io.cardinal.image.ImageDecoder;
import io.cardinal.image.Interpolation;
import io.cardinal.image.Preprocessor;
import io.cardinal.testing.Golden;
import io.cardinal.weights.onnx.OnnxModel.BatchNorm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ONNX Runtime gives the logits of Cardinal for a network that Cardinal exports. */
class OnnxNetworkTest {
  private static final double TOLERANCE = 1e-4;
  private static final Path DEMO =
      Golden.root().resolve("models/resnext29_8x4d-cifar10.safetensors");
  private static final Path PHOTOGRAPHS = Golden.root().resolve("examples/photos");

  @ParameterizedTest
  @EnumSource
  void shouldAgreeOnPhotographs(BatchNorm batchNorm) throws OrtException, IOException {
    try (ModelFile file = ModelFile.open(DEMO);
        Stream<Path> files = Files.list(PHOTOGRAPHS)) {
      List<Path> photographs =
          files.filter(path -> path.toString().endsWith(".jpg")).sorted().toList();
      assertThat(photographs).hasSize(12);
      assertAgree(file.definition(), batchNorm, photographs.size(), tensors(photographs, 32));
    }
  }

  /** A 7x7 stem with its pooling, strides, groups, two shapes of shortcuts, a map not square. */
  @ParameterizedTest
  @EnumSource
  void shouldAgreeOnAnImageNetStem(BatchNorm batchNorm) throws OrtException, IOException {
    ResNeXtSpec spec =
        new ResNeXtSpec(List.of(2, 2, 1), 32, 4, Stem.CONV7X7_POOL, 64, 256, 1000, 1e-5);
    Preprocessing usual = Preprocessing.torchvision();
    Preprocessing size =
        new Preprocessing(
            96,
            64,
            OptionalInt.empty(),
            usual.cropPct(),
            usual.cropMode(),
            usual.interpolation(),
            usual.mean(),
            usual.std());
    ModelDefinition definition =
        new ModelDefinition(
            "small", spec, size, ModelMetadata.unnamed(1000), "", FormulaTensors.of(spec, 0));
    float[] images = Arrays.copyOf(FormulaTensors.image(0, 96), 3 * 96 * 64 * 3);
    System.arraycopy(FormulaTensors.image(1, 96), 0, images, 96 * 64 * 3, 96 * 96 * 3);
    assertAgree(definition, batchNorm, 3, images);
  }

  private static void assertAgree(
      ModelDefinition definition, BatchNorm batchNorm, int batch, float[] images)
      throws OrtException, IOException {
    int height = definition.preprocessing().height();
    int width = definition.preprocessing().width();
    try (Model model = Model.open(definition, EngineOptions.defaults().withWorkers(1));
        OnnxNetwork onnx = new OnnxNetwork(definition, batchNorm, 1, batch, images)) {
      float[] expected = model.infer(images, batch, height, width);
      float[] found = onnx.run();
      assertThat(found).hasSameSizeAs(expected);
      double largest = 0;
      for (float logit : expected) {
        largest = Math.max(largest, Math.abs(logit));
      }
      assertThat(largest).isPositive();
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) found[i]).isCloseTo(expected[i], within(TOLERANCE * largest));
      }
    }
  }

  private static float[] tensors(List<Path> photographs, int side) throws IOException {
    float[] mean = {0.5f, 0.5f, 0.5f};
    Preprocessor preprocessor =
        Preprocessor.timm(Interpolation.BILINEAR, side, side, 1, CropMode.CENTER, mean, mean);
    float[] all = new float[photographs.size() * side * side * 3];
    int end = 0;
    for (Path photograph : photographs) {
      byte[] file = Files.readAllBytes(photograph);
      float[] image = preprocessor.tensor(ImageDecoder.standard().decode(file));
      System.arraycopy(image, 0, all, end, image.length);
      end += image.length;
    }
    return all;
  }
}
