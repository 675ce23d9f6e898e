// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** One JSON object a line. */
class JsonRowsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldHaveTheFieldsOfTheContract() throws IOException {
    Cli.Result result =
        Cli.run("classify", "--format", "jsonl", "--topk", 2, Cli.FROG, "no\tsuch.jpg");
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.lines()).hasSize(2);
    JsonNode answered = JSON.readTree(result.lines().get(0));
    assertThat(answered.fieldNames())
        .toIterable()
        .containsExactly("path", "status", "error", "message", "predictions");
    assertThat(answered.get("predictions")).hasSize(2);
    assertThat(answered.at("/predictions/0").fieldNames())
        .toIterable()
        .containsExactly("label", "index", "probability");
    assertThat(answered.at("/predictions/0/label").textValue()).isEqualTo("frog");
    JsonNode failed = JSON.readTree(result.lines().get(1));
    assertThat(failed.get("path").textValue()).isEqualTo("no\tsuch.jpg");
    assertThat(failed.get("status").textValue()).isEqualTo("failed");
    assertThat(failed.get("error").textValue()).isEqualTo("NOT_FOUND");
    assertThat(failed.get("predictions")).isEmpty();
  }

  @Test
  void shouldShowLogitsInPlaceOfProbabilities() throws IOException {
    Cli.Result result = Cli.run("classify", "--format", "jsonl", "--logits", Cli.FROG);
    JsonNode first = JSON.readTree(result.text()).at("/predictions/0");
    assertThat(first.has("logit")).isTrue();
    assertThat(first.has("probability")).isFalse();
  }

  @Test
  void shouldEndAtTheFirstFailureWhereAsked() {
    Cli.Result result =
        Cli.run("classify", "--format", "jsonl", "--on-error", "fail", Cli.FROG, "a.jpg", Cli.FROG);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.lines()).hasSize(1);
    assertThat(result.err()).contains("a.jpg: NOT_FOUND");
  }
}
