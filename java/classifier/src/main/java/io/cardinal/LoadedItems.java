// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.util.Iterator;

/**
 * Items that bring their bytes along, such as the members of an archive, which can only be read in
 * order. A run lists no more of them than it has memory for: a thirty-second part of Java's heap
 * for all that are under way. One that is larger is listed when no other item is under way.
 *
 * @param <T> what stands for an image file
 */
public interface LoadedItems<T> extends Iterator<T> {
  /**
   * {@return bytes of Java's heap that the next item is going to take, from {@link #next} until its
   * outcome has been handed over; 0 if there is no next item, or if its bytes are read later}
   *
   * <p>It may be asked several times for one item, and takes no such memory itself.
   */
  long nextBytes();
}
