// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Networks print as Table 1 of the paper has them. */
class ResNeXtTableTest {
  @Test
  void shouldPrintTheTwoColumnsOfTable1() {
    assertThat(table("resnet50"))
        .isEqualTo(
            """
            stage          output    C=1, d=64
            conv1          112x112   7x7, 64, stride 2
            conv2          56x56     3x3 max pool, stride 2
                                     [1x1, 64 / 3x3, 64 / 1x1, 256] x 3
            conv3          28x28     [1x1, 128 / 3x3, 128 / 1x1, 512] x 4
            conv4          14x14     [1x1, 256 / 3x3, 256 / 1x1, 1024] x 6
            conv5          7x7       [1x1, 512 / 3x3, 512 / 1x1, 2048] x 3
                           1x1       global average pool, 1000-d fc
            parameters               25,557,032
            multiply-adds            4,089,184,256
            """);
    assertThat(table("resnext50_32x4d"))
        .isEqualTo(
            """
            stage          output    C=32, d=4
            conv1          112x112   7x7, 64, stride 2
            conv2          56x56     3x3 max pool, stride 2
                                     [1x1, 128 / 3x3, 128, C=32 / 1x1, 256] x 3
            conv3          28x28     [1x1, 256 / 3x3, 256, C=32 / 1x1, 512] x 4
            conv4          14x14     [1x1, 512 / 3x3, 512, C=32 / 1x1, 1024] x 6
            conv5          7x7       [1x1, 1024 / 3x3, 1024, C=32 / 1x1, 2048] x 3
                           1x1       global average pool, 1000-d fc
            parameters               25,028,904
            multiply-adds            4,230,479,872
            """);
  }

  @Test
  void shouldPrintANetworkFor32PixelImages() {
    assertThat(table("cifar_resnext29_8x64d"))
        .isEqualTo(
            """
            stage          output    C=8, d=64
            conv1          32x32     3x3, 64
            conv2          32x32     [1x1, 512 / 3x3, 512, C=8 / 1x1, 256] x 3
            conv3          16x16     [1x1, 1024 / 3x3, 1024, C=8 / 1x1, 512] x 3
            conv4          8x8       [1x1, 2048 / 3x3, 2048, C=8 / 1x1, 1024] x 3
                           1x1       global average pool, 10-d fc
            parameters               34,426,698
            multiply-adds            5,387,266,048
            """);
  }

  @Test
  void shouldPrintEveryNetworkInAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      for (Architecture each : Architectures.all()) {
        assertThat(TableOne.print(each.spec(), each.input()))
            .contains("C=" + each.spec().cardinality() + ", d=" + each.spec().baseWidth())
            .contains("global average pool, " + each.spec().classes() + "-d fc")
            .containsPattern("parameters +[0-9,]+\\R");
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String table(String name) {
    Architecture each = Architectures.named(name).orElseThrow();
    return TableOne.print(each.spec(), each.input()).replace(System.lineSeparator(), "\n");
  }
}
