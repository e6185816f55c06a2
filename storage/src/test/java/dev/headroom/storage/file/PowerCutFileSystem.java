package dev.headroom.storage.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose power is cut: at the chosen change it stops, every later change fails, and {@link
 * #image} gives what a restart finds. Of a file that is its content when it was last forced, and by
 * chance some 512-byte pages written since; of a folder its names when it was last forced, or by
 * chance the newest ones. Forces do not reach the real disk, so this is quick.
 */
public final class PowerCutFileSystem extends ObservedFileSystem {
  private static final int PAGE = 512;

  private static final class Node {
    private final boolean isFolder;
    private byte @Nullable [] durable;
    private Map<String, Node> durableNames = new HashMap<>();
    private @Nullable Path live;

    Node(boolean isFolder, Path live) {
      this.isFolder = isFolder;
      this.live = live;
    }
  }

  private final Path root;
  private final Path image;
  private final Random random;
  private final Map<Path, Node> live = new HashMap<>();
  private long changesLeft;
  private boolean isCut;

  /**
   * @param root a folder of the real disk, all of which counts as durable
   * @param changes after so many the power is cut
   * @param image an empty folder for what a restart finds
   */
  public PowerCutFileSystem(Path root, long changes, Path image, Random random) throws IOException {
    super("powercut", FileSystems.getDefault());
    this.root = root;
    this.image = image;
    this.random = random;
    this.changesLeft = changes;
    Files.walkFileTree(root, new Loader());
  }

  private final class Loader extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      add(folder, true);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      add(file, false).durable = Files.readAllBytes(file);
      return FileVisitResult.CONTINUE;
    }

    private Node add(Path path, boolean isFolder) {
      var node = new Node(isFolder, path);
      live.put(path, node);
      Node parent = live.get(path.getParent());
      if (parent != null) {
        parent.durableNames.put(name(path), node);
      }
      return node;
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /** The folder as the store under test sees it. */
  public Path folder() {
    return wrapPath(root);
  }

  public synchronized boolean isCut() {
    return isCut;
  }

  /** Cuts the power now, if it is still on, and returns what a restart finds. */
  public synchronized Path image() throws IOException {
    cut();
    return image;
  }

  @Override
  protected void before(Change change, Path file) throws IOException {
    if (!isCut && changesLeft-- <= 0) {
      cut();
    }
    if (isCut) {
      throw new IOException("power is cut");
    }
  }

  @Override
  protected void created(Path file, boolean isFolder) {
    live.put(file, new Node(isFolder, file));
  }

  @Override
  protected void deleted(Path file) {
    Node node = live.remove(file);
    if (node != null) {
      node.live = null;
    }
  }

  @Override
  protected void renamed(Path from, Path to) {
    deleted(to);
    Map<Path, Node> moved = new HashMap<>();
    live.entrySet()
        .removeIf(
            entry -> {
              boolean isInside = entry.getKey().startsWith(from);
              if (isInside) {
                moved.put(entry.getKey(), entry.getValue());
              }
              return isInside;
            });
    moved.forEach(
        (path, node) -> {
          Path newPath = path.equals(from) ? to : to.resolve(from.relativize(path));
          node.live = newPath;
          live.put(newPath, node);
        });
  }

  @Override
  protected void force(FileChannel channel, Path file, boolean metadata) throws IOException {
    Node node = live.get(file);
    if (node == null) {
      return; // renamed or deleted behind an open channel: nobody relies on it
    }
    if (node.isFolder) {
      node.durableNames = names(file);
    } else {
      node.durable = Files.readAllBytes(file);
    }
  }

  private Map<String, Node> names(Path folder) {
    Map<String, Node> names = new HashMap<>();
    live.forEach(
        (path, node) -> {
          if (folder.equals(path.getParent())) {
            names.put(name(path), node);
          }
        });
    return names;
  }

  private void cut() throws IOException {
    if (isCut) {
      return;
    }
    isCut = true;
    Node top = live.get(root);
    if (top != null) {
      write(top, image);
    }
  }

  private void write(Node node, Path target) throws IOException {
    if (!node.isFolder) {
      Files.write(target, content(node));
      return;
    }
    Files.createDirectories(target);
    Map<String, Node> names = node.durableNames;
    if (node.live != null && random.nextBoolean()) {
      names = names(node.live);
    }
    for (Map.Entry<String, Node> entry : names.entrySet()) {
      write(entry.getValue(), target.resolve(entry.getKey()));
    }
  }

  private byte[] content(Node node) throws IOException {
    byte[] durable = node.durable == null ? new byte[0] : node.durable;
    if (node.live == null || random.nextInt(3) == 0) {
      return durable;
    }
    byte[] newest = Files.readAllBytes(node.live);
    int shorter = Math.min(durable.length, newest.length);
    int longer = Math.max(durable.length, newest.length);
    byte[] found = Arrays.copyOf(durable, shorter + random.nextInt(longer - shorter + 1));
    for (int page = 0; page < found.length; page += PAGE) {
      int end = Math.min(Math.min(page + PAGE, found.length), newest.length);
      if (page < end && random.nextBoolean()) {
        System.arraycopy(newest, page, found, page, end - page);
      }
    }
    return found;
  }
}
