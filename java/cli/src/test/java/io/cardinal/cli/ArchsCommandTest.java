// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.testing.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of architectures. */
class ArchsCommandTest {
  @Test
  void shouldPrintThePapersRowsFieldByField() throws IOException {
    JsonNode golden = Golden.json("paper.json").get("architectures");
    Cli.Result result = Cli.run("archs", "--json");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
    JsonNode printed = new ObjectMapper().readTree(result.out());
    assertThat(printed.isArray()).isTrue();
    assertThat(printed.size()).isEqualTo(golden.size());
    List<String> names = new ArrayList<>();
    for (JsonNode row : printed) {
      String name = row.get("name").textValue();
      JsonNode expected = golden.get(name);
      assertThat(expected).as(name).isNotNull();
      List<String> fields = new ArrayList<>();
      for (Iterator<String> each = expected.fieldNames(); each.hasNext(); ) {
        String field = each.next();
        fields.add(field);
        assertThat(String.valueOf(row.get(field)))
            .as("%s %s", name, field)
            .isEqualTo(String.valueOf(expected.get(field)));
      }
      List<String> own = new ArrayList<>();
      row.fieldNames().forEachRemaining(own::add);
      fields.add("name");
      assertThat(own).containsExactlyInAnyOrderElementsOf(fields);
      names.add(name);
    }
    assertThat(names).doesNotHaveDuplicates().contains("resnext50_32x4d", "resnext101_64x4d");
  }

  @Test
  void shouldPrintATable() {
    Cli.Result result = Cli.run("archs");
    assertThat(result.exit()).isZero();
    assertThat(result.lines().get(0)).startsWith("name").contains("parameters");
    assertThat(result.lines())
        .filteredOn(line -> line.startsWith("resnext50_32x4d "))
        .singleElement()
        .asString()
        .contains("3,4,6,3")
        .contains("25028904")
        .contains("22.2");
    assertThat(result.text()).contains("arXiv 1611.05431");
  }
}
