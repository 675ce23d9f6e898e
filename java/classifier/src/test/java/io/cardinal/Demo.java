// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo model, the photographs, and what PyTorch says of them. */
final class Demo {
  static final Path MODEL = Golden.root().resolve("models/resnext29_8x4d-cifar10.safetensors");
  static final Path PHOTOS = Golden.root().resolve("examples/photos");
  static final int CLASSES = 10;

  /**
   * A stored answer.
   *
   * @param path the photograph's file name, or the path inside a folder
   * @param label the class
   * @param index its number
   * @param probability six decimals
   */
  record Answer(String path, String label, int index, double probability) {}

  private Demo() {}

  static Classifier open(int workers, int maxBatch) {
    return Classifier.open(MODEL, Options.throughput().withWorkers(workers).withMaxBatch(maxBatch));
  }

  /** The photographs in the order of their names, which is that of the answers. */
  static List<Path> photographs() {
    return answers().stream().map(answer -> PHOTOS.resolve(answer.path())).toList();
  }

  static List<Answer> answers() {
    return answers(folder().resolve("photograph-predictions.csv"));
  }

  /** Answers from a CSV of path, truth, label, index, probability, margin. */
  static List<Answer> answers(Path csv) {
    List<Answer> answers = new ArrayList<>();
    for (String line : lines(csv)) {
      String[] fields = line.split(",", -1);
      if (!fields[0].equals("path")) {
        answers.add(
            new Answer(
                fields[0], fields[2], Integer.parseInt(fields[3]), Double.parseDouble(fields[4])));
      }
    }
    return answers;
  }

  /** Logits of all photographs behind each other. */
  static float[] logits() {
    byte[] file = bytes(folder().resolve("photograph-logits.npy"));
    float[] logits = new float[answers().size() * CLASSES];
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(file.length - 4 * logits.length)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(logits);
    return logits;
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The demo model's figures: beside the golden data, or inside the copied part. */
  static Path folder() {
    return Golden.isWhole() ? Golden.path("../demo-model") : Golden.path("demo-model");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
