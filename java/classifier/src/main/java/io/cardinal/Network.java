// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.Model;
import io.cardinal.engine.Outputs;
import io.cardinal.image.Preprocessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tensors in, answers out. Threads of the classifier hold this and not the classifier itself, so
 * that one that is forgotten can be found.
 */
final class Network {
  private final Model model;
  private final Preprocessor preprocessor;
  private final Meter meter;

  Network(Model model, Preprocessor preprocessor, Meter meter) {
    this.model = model;
    this.preprocessor = preprocessor;
    this.meter = meter;
  }

  int tensorLength() {
    return preprocessor.outputLength();
  }

  /** The answers for some tensors that stand behind each other. */
  List<Classification> classify(float[] tensors, int count) {
    if (count == 0) {
      return List.of();
    }
    return classifications(ran(count, () -> model.infer(tensors, count, height(), width())));
  }

  /** Logits and pooled vectors for some tensors, likewise; at least one. */
  Outputs outputs(float[] tensors, int count) {
    return ran(count, () -> model.outputs(tensors, count, height(), width()));
  }

  /** The pooled vector of one tensor. */
  float[] features(float[] tensor) {
    return ran(1, () -> model.features(tensor, 1, height(), width()));
  }

  /** Tells the metrics and flight recordings of a run. */
  private <R> R ran(int images, Supplier<R> inference) {
    Events.Inference event = new Events.Inference();
    event.begin();
    long start = System.nanoTime();
    try {
      R result = inference.get();
      meter.ran(images, start);
      return result;
    } finally {
      event.images = images;
      event.commit();
    }
  }

  /** Cuts logits into answers. */
  List<Classification> classifications(float[] logits) {
    int classes = model.model().classes();
    List<Classification> answers = new ArrayList<>();
    for (int first = 0; first < logits.length; first += classes) {
      float[] own = Arrays.copyOfRange(logits, first, first + classes);
      answers.add(new Classification(own, model.model()));
    }
    return answers;
  }

  private int height() {
    return preprocessor.outputHeight();
  }

  private int width() {
    return preprocessor.outputWidth();
  }
}
