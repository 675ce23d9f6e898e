// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

/**
 * The elements that tensors of a PyTorch file are views of.
 *
 * <p>In a legacy file the position becomes known only after the pickle that names the storage.
 */
final class TorchStorage {
  private final String key;
  private final PickleGlobal kind;
  private final long elements;
  private volatile long position;

  TorchStorage(String key, PickleGlobal kind, long elements, long position) {
    this.key = key;
    this.kind = kind;
    this.elements = elements;
    this.position = position;
  }

  String key() {
    return key;
  }

  PickleGlobal kind() {
    return kind;
  }

  long elements() {
    return elements;
  }

  long bytes() {
    return elements * kind.elementBytes();
  }

  /** Where in the file the first element is. */
  long position() {
    return position;
  }

  void setPosition(long position) {
    this.position = position;
  }

  /**
   * A part of a storage: what a persistent id stands for.
   *
   * @param storage the whole
   * @param offset index of the first element
   * @param elements how many
   */
  record View(TorchStorage storage, long offset, long elements) {}
}
