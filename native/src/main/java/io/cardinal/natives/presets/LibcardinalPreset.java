// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.natives.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/** Tells JavaCPP how to read {@code cardinal.h}. */
@Properties(
    target = "io.cardinal.natives",
    global = "io.cardinal.natives.Libcardinal",
    value =
        @Platform(
            value = "linux-x86_64",
            include = "cardinal.h",
            link = "cardinal",
            library = "jnicardinal"))
public class LibcardinalPreset implements InfoMapper {
  @Override
  public void map(InfoMap map) {
    map.put(new Info("CARDINAL_API").cppTypes().annotations());
    map.put(new Info("CARDINAL_H_").skip());
  }
}
