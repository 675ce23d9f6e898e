// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.image.ImageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Classifies files in two ways at once, and prints a line for each answer. */
final class SmallHeap {
  private SmallHeap() {}

  public static void main(String[] arguments) throws Exception {
    List<Path> files = new ArrayList<>();
    for (String argument : arguments) {
      files.add(Path.of(argument));
    }
    try (Classifier classifier = Demo.open(2, 4)) {
      List<CompletableFuture<Classification>> submitted =
          files.stream().map(classifier::submit).toList();
      classifier.classifyEach(
          files.iterator(),
          file -> file,
          outcome -> print("each", outcome.item(), outcome.failure().orElse(null)));
      for (int i = 0; i < files.size(); i++) {
        try {
          submitted.get(i).join();
          print("submit", files.get(i), null);
        } catch (CompletionException e) {
          print("submit", files.get(i), e.getCause());
        }
      }
    }
  }

  private static void print(String way, Path file, Throwable failure) {
    String result =
        failure == null
            ? "ok"
            : failure instanceof ImageException image ? image.reason().name() : failure.toString();
    System.out.println(way + " " + file.getFileName() + " " + result);
  }
}
