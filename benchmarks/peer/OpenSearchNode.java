import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.transport.BoundTransportAddress;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One OpenSearch node with what its distribution sets by default, on free ports of loopback; prints
 * its HTTP address and runs until it is told to end. Argument: its data directory.
 */
public final class OpenSearchNode {
  /** A node takes the plugins of its class path only from a subclass. */
  private static final class WithHttp extends Node {
    WithHttp(Settings settings, Path home) {
      super(
          InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home, () -> "peer"),
          List.of(
              new PluginInfo(
                  "transport-netty4",
                  "HTTP",
                  "classpath",
                  Version.CURRENT,
                  "25",
                  Netty4ModulePlugin.class.getName(),
                  List.of(),
                  false)),
          true);
    }
  }

  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]).toAbsolutePath();
    Files.createDirectories(home.resolve("config"));
    Settings settings =
        Settings.builder()
            .put("path.home", home)
            .put("path.data", home.resolve("data"))
            .put("cluster.name", "peer")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", "0")
            .put("transport.port", "0")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            .build();
    Node node = new WithHttp(settings, home);
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    node.close();
                  } catch (Exception e) {
                    e.printStackTrace();
                  }
                  stopped.countDown();
                }));
    node.start();
    BoundTransportAddress bound =
        node.injector().getInstance(HttpServerTransport.class).boundAddress();
    System.out.println("http://127.0.0.1:" + bound.publishAddress().getPort());
    stopped.await();
  }
}
