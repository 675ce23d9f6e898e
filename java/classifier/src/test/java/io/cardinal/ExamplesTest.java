// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs in the folder {@code examples}, compiled and run as they stand there. */
@Timeout(60)
class ExamplesTest {
  private static final Path EXAMPLES = Golden.root().resolve("examples");
  private static final int SIGTERM_EXIT = 143;

  @TempDir private static Path folder;
  private static Program server;
  private static Running usual;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A server process on a port of its own; closing kills it if it is still there. */
  private record Running(Process process, int port) implements AutoCloseable {
    static Running start(int queue) throws IOException {
      Process process = server.start(Demo.MODEL.toString(), "0", Integer.toString(queue));
      BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream()));
      String line = output.readLine();
      assertThat(line).startsWith("listening on port ");
      return new Running(process, Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)));
    }

    URI uri(String path) {
      return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    server = Program.compile(EXAMPLES.resolve("server/Server.java"), folder);
    usual = Running.start(256);
  }

  @AfterAll
  static void stop() {
    usual.close();
  }

  @Test
  void shouldBeShort() throws IOException {
    for (String name : List.of("embed/Embed.java", "server/Server.java")) {
      List<String> lines = Files.readAllLines(EXAMPLES.resolve(name));
      assertThat(lines).hasSizeLessThan(80);
    }
  }

  @Test
  void shouldEmbed() throws Exception {
    String output =
        Program.compile(EXAMPLES.resolve("embed/Embed.java"), folder)
            .run(
                Demo.MODEL.toString(),
                "examples/photos/frog.jpg",
                "README.md",
                "examples/photos/fire-engine.jpg");
    assertThat(output)
        .startsWith("frog.jpg: frog 0.95")
        .contains("README.md: failed: the file is no picture")
        .contains("fire-engine.jpg: truck 0.96")
        .contains("frog.jpg: cosine 1.000")
        .doesNotContain("README.md: cosine");
  }

  @Test
  void shouldServe() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    List<Demo.Answer> expected = Demo.answers();
    for (int i = 0; i < 120; i++) {
      answers.add(post(usual, Demo.bytes(Demo.photographs().get(i % expected.size()))));
    }
    for (int i = 0; i < answers.size(); i++) {
      HttpResponse<String> answer = answers.get(i).get();
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
      Demo.Answer stored = expected.get(i % expected.size());
      assertThat(answer.body())
          .startsWith("{\"index\":%d,\"label\":\"%s\",".formatted(stored.index(), stored.label()));
    }
    assertThat(get(usual, "/health").body()).isEqualTo("{\"status\":\"ok\"}");
  }

  @Test
  void shouldSayWhatIsWrongWithAnImage() throws Exception {
    byte[] photograph = Demo.bytes(Demo.photographs().get(4));
    assertRefused(usual, new byte[0], 400, "empty");
    assertRefused(usual, Arrays.copyOf(photograph, photograph.length / 2), 400, "cut short");
    assertRefused(usual, "hello \"you\"".getBytes(StandardCharsets.UTF_8), 415, "no picture");
    assertRefused(usual, new byte[(16 << 20) + 1], 413, "too large");
    assertRefused(usual, new byte[40 << 20], 413, "too large");
    assertThat(get(usual, "/nothing").statusCode()).isEqualTo(404);
    assertThat(post(usual, photograph).get().statusCode()).isEqualTo(200);
  }

  @Test
  void shouldTurnAFloodAwayWithoutLosingAnyone() throws Exception {
    byte[] photograph = Demo.bytes(Demo.photographs().get(4));
    try (Running running = Running.start(1)) {
      int served = 0;
      int turnedAway = 0;
      for (int round = 0; round < 50 && turnedAway == 0; round++) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
          answers.add(post(running, photograph));
        }
        for (CompletableFuture<HttpResponse<String>> each : answers) {
          HttpResponse<String> answer = each.get();
          assertThat(answer.statusCode()).isIn(200, 429);
          if (answer.statusCode() == 429) {
            turnedAway++;
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(answer.body()).contains("the queue is full");
          } else {
            served++;
          }
        }
      }
      assertThat(served).isPositive();
      assertThat(turnedAway).isPositive();
      assertThat(post(running, photograph).get().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldAnswerWhatItAcceptedWhenItIsTerminated() throws Exception {
    byte[] photograph = Demo.bytes(Demo.photographs().get(4));
    try (Running running = Running.start(256)) {
      assertThat(post(running, photograph).get().statusCode()).isEqualTo(200);
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(post(running, photograph));
      }
      answers.get(20).get();
      running.process.destroy(); // SIGTERM
      assertThat(running.process.waitFor(25, TimeUnit.SECONDS)).isTrue();
      assertThat(running.process.exitValue()).isEqualTo(SIGTERM_EXIT);
      int served = 0;
      for (CompletableFuture<HttpResponse<String>> each : answers) {
        try {
          assertThat(each.get().statusCode()).isIn(200, 503);
          served += each.get().statusCode() == 200 ? 1 : 0;
        } catch (ExecutionException e) { // it had not been accepted
          assertThat(e.getCause()).isInstanceOf(IOException.class);
        }
      }
      assertThat(served).isGreaterThan(20);
      assertThat(get(running)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void shouldSurviveClientsThatGo() throws Exception {
    byte[] photograph = Demo.bytes(Demo.photographs().get(4));
    String head = "POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: " + photograph.length;
    for (int i = 0; i < 40; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), usual.port)) {
        OutputStream out = socket.getOutputStream();
        out.write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(photograph, 0, i % 2 == 0 ? photograph.length : photograph.length / 2);
        out.flush();
      }
    }
    assertThat(post(usual, photograph).get().statusCode()).isEqualTo(200);
  }

  private CompletableFuture<HttpResponse<String>> post(Running running, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(running.uri("/classify"))
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return client.sendAsync(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> get(Running running, String path)
      throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(running.uri(path)).build(), BodyHandlers.ofString());
  }

  private Throwable get(Running running) throws InterruptedException {
    try {
      get(running, "/health");
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  private void assertRefused(Running running, byte[] body, int status, String reason)
      throws Exception {
    HttpResponse<String> answer = post(running, body).get();
    assertThat(answer.body()).startsWith("{\"error\":\"").endsWith("\"}").contains(reason);
    assertThat(answer.statusCode()).isEqualTo(status);
  }
}
