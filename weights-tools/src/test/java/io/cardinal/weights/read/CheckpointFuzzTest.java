// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.tensor.Tensor;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Mutated files: nothing but {@link ModelException} may come out, and no unknown global passes. */
class CheckpointFuzzTest {
  private static final long NANOS = 3_000_000_000L;
  private static final int MOST = 200_000;

  /** Gives the bytes of a file made of a mutated pickle. */
  private interface Around {
    byte[] file(byte[] pickle, Random random);
  }

  private static byte[] pickle() {
    Pickle pickle = Pickle.start().op('}', 'q', 0, '(');
    pickle.text("state_dict").global("collections", "OrderedDict").op(')', 'R', 'q', 1, '(');
    pickle.text("conv1.weight").tensor(6, 0, new long[] {2, 3}, new long[] {3, 1});
    pickle.text("bn1.bias").tensor(6, 1, new long[] {2, 2}, new long[] {1, 2}).op('u');
    pickle.text("args").global("argparse", "Namespace").op(')', 0x81, '}');
    pickle.text("lr").op('G', 63, 1, 2, 3, 4, 5, 6, 7, 's', 'b');
    pickle.text("list").op(']', '(', 'K', 3, 'M', 1, 2, 'J', 1, 2, 3, 4, 'e').text("again");
    return pickle.op('h', 1, 'u').stop();
  }

  private void fuzz(Around around) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] sound = pickle();
    int read = 0;
    long end = System.nanoTime() + NANOS;
    int count = 0;
    for (; count < MOST && System.nanoTime() < end; count++) {
      byte[] mutant = around.file(mutate(sound, random), random);
      try (Checkpoint checkpoint = Checkpoint.open(InMemory.file(mutant))) {
        readAll(checkpoint);
        read++;
        assertThat(checkpoint.globals()).allMatch(global -> PickleGlobal.named(global).isPresent());
      } catch (ModelException e) {
        assertThat(e.reason()).isNotNull();
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + ", mutant " + count, e);
      }
    }
    System.out.printf("seed %d: %d mutants, %d read%n", seed, count, read);
  }

  private static void readAll(Checkpoint checkpoint) {
    for (Object value : checkpoint.root().entries().values()) {
      if (value instanceof Dict dict) {
        for (Object inner : dict.entries().values()) {
          if (inner instanceof Tensor tensor && tensor.elements() < 1000) {
            tensor.read(0, new double[(int) tensor.elements()], (int) tensor.elements());
          }
        }
      }
    }
  }

  private static byte[] mutate(byte[] sound, Random random) {
    byte[] mutant = sound.clone();
    for (int n = random.nextInt(3); n >= 0; n--) {
      int at = random.nextInt(mutant.length);
      mutant[at] =
          random.nextBoolean() ? (byte) random.nextInt() : sound[random.nextInt(sound.length)];
    }
    return mutant;
  }

  @Test
  void shouldSurviveMutatedPickles() {
    fuzz((pickle, random) -> Legacy.file(pickle, 6));
  }

  @Test
  void shouldSurviveMutatedPicklesInArchives() {
    fuzz((pickle, random) -> archive(pickle));
  }

  @Test
  void shouldSurviveMutatedArchives() {
    byte[] sound = archive(pickle());
    fuzz((pickle, random) -> mutate(sound, random));
  }

  @Test
  void shouldPassOnTheFailureOfEveryRead() {
    for (byte[] sound : List.of(archive(pickle()), Legacy.file(pickle(), 6))) {
      int reads = 0;
      for (boolean failed = true; failed; reads++) {
        try (Checkpoint checkpoint = Checkpoint.open(InMemory.failing(sound, reads))) {
          readAll(checkpoint);
          failed = false;
        } catch (UncheckedIOException e) {
          assertThat(e).hasMessageContaining("read failed");
        }
      }
      assertThat(reads).isGreaterThan(3);
    }
  }

  private static byte[] archive(byte[] pickle) {
    Zip zip = new Zip();
    zip.add("x/data.pkl", pickle);
    zip.add("x/byteorder", "little".getBytes(StandardCharsets.UTF_8));
    zip.add("x/data/0", new byte[24]);
    CRC32 crc = new CRC32();
    crc.update(pickle);
    assertThat(zip.items.get(0).crc).isEqualTo((int) crc.getValue());
    return zip.write();
  }
}
