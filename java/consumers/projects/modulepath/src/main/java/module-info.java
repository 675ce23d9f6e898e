// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

/** A program that embeds Cardinal; its one requirement brings all others. */
module example {
  requires io.cardinal;
}
