// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/** libcardinal and its binding, for {@code io.cardinal.engine} alone. */
@SuppressWarnings("module") // a friend comes later
module io.cardinal.natives {
  exports io.cardinal.natives to
      io.cardinal.engine;

  opens io.cardinal.natives to
      org.bytedeco.javacpp;
  opens io.cardinal.natives.presets to
      org.bytedeco.javacpp;

  requires transitive org.bytedeco.javacpp;
}
