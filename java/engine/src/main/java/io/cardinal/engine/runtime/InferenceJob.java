// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.graph.Shape;

/** Runs the network on some images of a batch. */
final class InferenceJob extends Job {
  private final Shape input;
  private final float[] images;
  private final int first;
  private final Answers answers;

  InferenceJob(Shape input, float[] images, int first, Answers answers) {
    this.input = input;
    this.images = images;
    this.first = first;
    this.answers = answers;
  }

  @Override
  void run(Worker worker) {
    worker.executor(input).run(images, first, answers);
  }
}
