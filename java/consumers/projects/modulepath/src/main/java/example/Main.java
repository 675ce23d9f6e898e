// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package example;

import io.cardinal.Classifier;
import io.cardinal.engine.Model;
import io.cardinal.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Prints the label of a picture; fails if it is not the expected one. */
public final class Main {
  private Main() {}

  /**
   * Runs the program.
   *
   * @param arguments a model file, an image file, the label
   * @throws IOException if the image file cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    for (Class<?> type : List.of(Classifier.class, Model.class, ImageDecoder.class)) {
      if (!type.getModule().isNamed() || type.getModule().getDescriptor().isAutomatic()) {
        throw new IllegalStateException(type + " is not in a module: " + type.getModule());
      }
    }
    byte[] photo = Files.readAllBytes(Path.of(arguments[1]));
    try (Classifier classifier = Classifier.open(Path.of(arguments[0]))) {
      String label = classifier.classify(photo).best().label();
      System.out.println(label);
      if (!label.equals(arguments[2])) {
        throw new IllegalStateException("the label is " + label + ", not " + arguments[2]);
      }
    }
  }
}
