package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate of its own, made by openssl. */
final class TlsTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private HeadroomConfig.Tls tls;

  @BeforeEach
  void makeCertificate() throws IOException {
    Path openssl = Programs.require("openssl", "Debian: apt-get install openssl");
    tls = new HeadroomConfig.Tls(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    String unused =
        Programs.run(
            directory,
            openssl.toString(),
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1,DNS:localhost",
            "-keyout",
            tls.key().toString(),
            "-out",
            tls.certificate().toString(),
            "-batch");
  }

  private HeadroomConfig config() {
    return RunningServer.authenticated(
        RunningServer.config(directory.resolve("data")), Optional.of(tls));
  }

  @Test
  void answersOverTlsOnly() throws Exception {
    try (RunningServer server = RunningServer.of(config(), trust(tls.certificate()));
        HttpClient stranger = HttpClient.newHttpClient()) {
      assertEquals("https", server.uri().getScheme());
      Api api = server.api();
      api.get("/health/ready").expect(200);
      api.get("/_count").expect(401);
      String key = server.key("default", Role.READ);
      assertEquals(0, api.as(key).get("/_count").expect(200).json().get("count").asInt());
      assertThrows(SSLHandshakeException.class, () -> ready(stranger, server.uri()));
      URI plain = URI.create("http://" + server.uri().getAuthority());
      assertThrows(IOException.class, () -> ready(stranger, plain));
    }
  }

  private static void ready(HttpClient http, URI uri) throws IOException {
    Api.Answer unused = Api.of(http, uri).send("GET", "/health/ready", "", new byte[0], Map.of());
  }

  @Test
  void networkIsServedWithKeysAndTls() throws Exception {
    HeadroomConfig open =
        config().withListeners(new HostPort("0.0.0.0", 0), Optional.empty(), false);
    try (RunningServer server = RunningServer.of(open);
        HttpClient http = HttpClient.newBuilder().sslContext(trust(tls.certificate())).build()) {
      URI here = URI.create("https://127.0.0.1:" + server.uri().getPort());
      Api.of(http, here).get("/health/ready").expect(200);
    }
  }

  @Test
  void brokenCertificateStopsTheStart() throws IOException {
    Files.writeString(tls.certificate(), "no certificate");
    var e = assertThrows(RuntimeException.class, () -> RunningServer.of(config()));
    assertTrue(String.valueOf(e.getMessage()).contains("cert"), e.toString());
  }

  private static SSLContext trust(Path certificate) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
