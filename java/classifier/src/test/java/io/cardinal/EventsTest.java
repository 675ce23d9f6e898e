// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording shows. */
class EventsTest {
  @TempDir private Path folder;

  @Test
  void shouldRecordDecodingBatchesAndInference() throws Exception {
    List<Path> files = new ArrayList<>(Demo.photographs());
    files.add(Files.writeString(folder.resolve("text.jpg"), "hello"));
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording();
        Classifier classifier = Demo.open(2, 4)) {
      for (String name : List.of("Decode", "Batch", "Inference")) {
        recording.enable("cardinal." + name).withoutThreshold();
      }
      recording.start();
      classifier.classifyEach(files);
      classifier.submit(files.get(0)).get();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    List<RecordedEvent> decodes = named(events, "cardinal.Decode");
    assertThat(decodes).hasSize(14);
    assertThat(decodes)
        .allMatch(event -> event.getLong("bytes") > 0 && event.getDuration("waiting") != null);
    List<RecordedEvent> refused =
        decodes.stream().filter(event -> !event.getString("refusal").isEmpty()).toList();
    assertThat(refused).hasSize(1);
    assertThat(refused.get(0).getString("refusal")).isEqualTo("NOT_AN_IMAGE");
    assertThat(refused.get(0).getString("kind")).isEmpty();
    RecordedEvent good = decodes.get(decodes.get(0).equals(refused.get(0)) ? 1 : 0);
    assertThat(good.getString("kind")).isEqualTo("JPEG");
    assertThat(good.getInt("width")).isPositive();
    assertThat(good.getInt("height")).isPositive();
    assertThat(good.getDuration().toNanos()).isPositive();
    List<RecordedEvent> batches = named(events, "cardinal.Batch");
    assertThat(batches.stream().mapToInt(event -> event.getInt("images")).sum()).isEqualTo(14);
    assertThat(batches).allMatch(event -> event.getInt("queueDepth") >= 0);
    List<RecordedEvent> inferences = named(events, "cardinal.Inference");
    assertThat(inferences.stream().mapToInt(event -> event.getInt("images")).sum()).isEqualTo(13);
    assertThat(inferences.get(0).getEventType().getCategoryNames()).containsExactly("Cardinal");
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }
}
