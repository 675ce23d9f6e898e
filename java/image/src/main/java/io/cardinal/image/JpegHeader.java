// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * What the markers of a JPEG file say.
 *
 * @param width pixels a row, 1 to 65535
 * @param height rows, 1 to 65535
 * @param components 1 or 3
 * @param length bytes up to and with the end marker; what follows is ignored
 */
record JpegHeader(int width, int height, int components, int length) {}
