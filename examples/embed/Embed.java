// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.Outcome;
import io.cardinal.Prediction;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Cardinal inside a program: {@code Embed MODEL IMAGE...}. */
public final class Embed {
  private Embed() {}

  public static void main(String[] arguments) {
    if (arguments.length < 2) {
      System.err.println("usage: Embed MODEL IMAGE...");
      System.exit(2);
    }
    Path model = Path.of(arguments[0]);
    List<Path> images = Arrays.stream(arguments).skip(1).map(Path::of).toList();
    // One classifier for the whole program; any thread may call it. Closing frees native memory.
    try (Classifier classifier = Classifier.open(model, Options.throughput())) {
      // A batch: an answer or the reason why there is none, in order.
      for (Outcome<Path> outcome : classifier.classifyEach(images)) {
        String answer =
            outcome
                .classification()
                .map(c -> c.best().label() + " " + c.best().probability())
                .orElseGet(() -> "failed: " + outcome.failure().orElseThrow().getMessage());
        System.out.println(outcome.item().getFileName() + ": " + answer);
      }
      // One image; a file that is refused throws ImageException with its reason.
      for (Prediction p : classifier.classify(images.get(0)).top(3)) {
        System.out.printf("%-12s index %d, logit %.3f%n", p.label(), p.index(), p.logit());
      }
      // Any number of images, in bounded memory; with pooled vectors, to compare them.
      float[] first = classifier.features(images.get(0));
      classifier.featuresEach(
          images.iterator(),
          image -> image,
          outcome ->
              outcome
                  .features()
                  .ifPresent(
                      each ->
                          System.out.printf(
                              "%s: cosine %.3f%n",
                              outcome.item().getFileName(), cosine(first, each))));
    }
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squaresOfA * squaresOfB);
  }
}
