// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two class loaders of one process that have our jars each, as two applications of one server may:
 * JavaCPP's libraries belong to the first, and the second one is told so. It used to end the JVM.
 */
class ClassLoadersTest {
  private static final String PROGRAM =
      """
      import java.lang.reflect.InvocationTargetException;
      import java.net.URL;
      import java.net.URLClassLoader;
      import java.nio.file.Path;

      public class TwoLoaders {
        public static void main(String[] arguments) throws Exception {
          String[] places = System.getProperty("java.class.path").split(":");
          URL[] jars = new URL[places.length];
          for (int i = 0; i < jars.length; i++) {
            jars[i] = Path.of(places[i]).toUri().toURL();
          }
          for (int i = 0; i < 2; i++) {
            ClassLoader parent = ClassLoader.getPlatformClassLoader();
            open(new URLClassLoader(jars, parent), arguments);
          }
        }

        private static void open(ClassLoader loader, String[] arguments) throws Exception {
          Class<?> type = loader.loadClass("io.cardinal.Classifier");
          try (AutoCloseable classifier =
              (AutoCloseable)
                  type.getMethod("open", Path.class).invoke(null, Path.of(arguments[0]))) {
            Object answer =
                type.getMethod("classify", Path.class).invoke(classifier, Path.of(arguments[1]));
            System.out.println("answer " + answer);
          } catch (InvocationTargetException e) {
            System.out.println(e.getCause());
          }
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void shouldRefuseASecondClassLoaderAndLetTheProcessLive()
      throws IOException, InterruptedException {
    Path source = folder.resolve("TwoLoaders.java");
    Files.writeString(source, PROGRAM);
    String output =
        Program.compile(source, folder)
            .run(Demo.MODEL.toString(), Demo.photographs().get(0).toString());
    List<String> lines = output.lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).startsWith("answer ");
    assertThat(lines.get(1))
        .contains("NativeException", "another class loader of this process", "share them");
  }
}
