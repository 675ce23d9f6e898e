// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.kernels.onednn.OneDnn;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.image.ImageDecoder;
import picocli.CommandLine.IVersionProvider;

/** The versions of everything that computes. */
public final class Version implements IVersionProvider {
  /** This build's version. */
  public static String cardinal() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "cardinal " + cardinal(),
      "oneDNN " + oneDnn(),
      "codecs " + codecs(),
      "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")"
    };
  }

  private static String oneDnn() {
    try {
      return OneDnn.get().version();
    } catch (RuntimeException | LinkageError e) {
      return "not usable: " + e.getMessage();
    }
  }

  private static String codecs() {
    try {
      return codecVersions();
    } catch (RuntimeException | LinkageError e) {
      return "not usable: " + e.getMessage();
    }
  }

  /** The image decoder's libraries; they are extracted where the others are, or not at all. */
  static String codecVersions() {
    NativeCache.prepare();
    return ImageDecoder.codecVersions();
  }
}
