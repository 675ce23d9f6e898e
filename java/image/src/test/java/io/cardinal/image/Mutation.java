// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;
import java.util.Random;

/** Small random damage to a file, more of it in the first bytes, where the headers are. */
final class Mutation {
  private static final int HEADERS = 700;

  private Mutation() {}

  static byte[] of(byte[] file, Random random) {
    byte[] damaged = file.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      change(damaged, random);
    }
    return random.nextInt(20) == 0
        ? Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length))
        : damaged;
  }

  private static void change(byte[] file, Random random) {
    int anywhere = random.nextInt(file.length);
    int early = random.nextInt(Math.min(file.length, HEADERS));
    switch (random.nextInt(5)) {
      case 0 -> file[anywhere] = (byte) random.nextInt();
      case 1 -> file[anywhere] ^= (byte) (1 << random.nextInt(8));
      case 2 -> file[early] = (byte) (random.nextBoolean() ? 0xff : 0);
      case 3 -> file[early] = (byte) random.nextInt();
      default -> {
        int from = random.nextInt(file.length);
        int room = file.length - Math.max(from, anywhere);
        System.arraycopy(file, from, file, anywhere, Math.min(1 + random.nextInt(64), room));
      }
    }
  }
}
