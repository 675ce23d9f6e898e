// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.graph.Shape;

/** Runs the network on some images of a batch. */
final class InferenceJob extends Job {
  private final Shape input;
  private final float[] images;
  private final int firstImage;
  private final Head head;
  private final float[] answers;
  private final int firstAnswer;

  InferenceJob(
      Shape input, float[] images, int firstImage, Head head, float[] answers, int firstAnswer) {
    this.input = input;
    this.images = images;
    this.firstImage = firstImage;
    this.head = head;
    this.answers = answers;
    this.firstAnswer = firstAnswer;
  }

  @Override
  void run(Worker worker) {
    worker.executor(input).run(images, firstImage, head, answers, firstAnswer);
  }
}
