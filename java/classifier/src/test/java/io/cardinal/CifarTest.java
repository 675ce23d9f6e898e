// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import io.cardinal.testing.Tally;
import io.cardinal.testing.Tar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** N4: the 10,000 test images of CIFAR-10; needs the whole golden data. */
@DisplayName("N4: the demo model on CIFAR-10")
@EnabledIf("isThere")
class CifarTest {
  private static final int IMAGES = 10_000;

  static boolean isThere() {
    return Golden.isWhole();
  }

  @Test
  void shouldGiveTheClassThatPyTorchGivesForAll10000Images() {
    Map<String, byte[]> images = new HashMap<>();
    Tar.forEach(Golden.path("../data/cifar10-test.tar"), images::put);
    List<Demo.Answer> answers =
        new ArrayList<>(Demo.answers(Demo.folder().resolve("predictions.csv")));
    answers.sort(Comparator.comparing(Demo.Answer::path));
    assertThat(answers).hasSize(IMAGES);
    List<String> wrong = new ArrayList<>();
    Tally tally = new Tally("N4");
    List<String> seen = new ArrayList<>();
    try (Classifier classifier = Demo.open(2, 8)) {
      classifier.classifySources(
          answers.iterator(),
          answer -> ImageSource.of(images.get(answer.path())),
          RunOptions.defaults(),
          outcome -> {
            Prediction best = outcome.orThrow().best();
            Demo.Answer expected = outcome.item();
            seen.add(expected.path());
            if (best.index() != expected.index()
                || Math.abs(best.probability() - expected.probability()) > 2e-5) {
              wrong.add(expected + " but found " + best);
            }
          });
    }
    tally.pass(seen.size() - wrong.size());
    tally.fail(wrong.size());
    tally.print();
    assertThat(wrong).isEmpty();
    assertThat(seen).isEqualTo(answers.stream().map(Demo.Answer::path).toList());
  }
}
