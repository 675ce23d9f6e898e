// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.cardinal.Classification;
import io.cardinal.Outcome;
import io.cardinal.Prediction;
import io.cardinal.cli.Failures;
import io.cardinal.cli.Numbers;
import java.io.IOException;
import java.io.Writer;

/** One JSON object a line; the fields are a contract. */
final class JsonRows implements Rows {
  private final JsonGenerator json;
  private final int ranks;
  private final boolean hasLogits;

  JsonRows(Writer out, RowStyle style) throws IOException {
    this.json = new JsonFactory().createGenerator(out).setRootValueSeparator(null);
    this.ranks = style.ranks();
    this.hasLogits = style.hasLogits();
  }

  @Override
  public void begin() {
    // nothing stands before the first line
  }

  @Override
  public void row(String name, Outcome<?> outcome) throws IOException {
    json.writeStartObject();
    json.writeStringField("path", name);
    if (outcome.classification().isPresent()) {
      head("ok", "", "");
      answers(outcome.classification().get());
    } else {
      RuntimeException failure = outcome.failure().orElseThrow();
      head("failed", Failures.reason(failure), Failures.message(failure));
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void flush() throws IOException {
    json.flush();
  }

  private void head(String status, String error, String message) throws IOException {
    json.writeStringField("status", status);
    json.writeStringField("error", error);
    json.writeStringField("message", message);
    json.writeArrayFieldStart("predictions");
  }

  private void answers(Classification classification) throws IOException {
    for (Prediction each : classification.top(ranks)) {
      json.writeStartObject();
      json.writeStringField("label", each.label());
      json.writeNumberField("index", each.index());
      float value = hasLogits ? each.logit() : each.probability();
      json.writeFieldName(hasLogits ? "logit" : "probability");
      if (Float.isFinite(value)) {
        json.writeNumber(Numbers.shortest(value));
      } else {
        json.writeNull(); // JSON has no NaN
      }
      json.writeEndObject();
    }
  }
}
