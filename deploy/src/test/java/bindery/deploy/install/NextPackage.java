package bindery.deploy.install;

import bindery.deploy.fault.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The package for Debian of the next version, made of this one's: its program and its sample of a
 * configuration are others by a comment, so that dpkg finds that both have changed.
 */
final class NextPackage {
  static final String VERSION = "0.1.1";
  static final String MARK = "# of " + VERSION;

  private NextPackage() {}

  /**
   * Makes it.
   *
   * @param deb of this version
   * @param folder a new one
   */
  static Path build(Path deb, Path folder) throws IOException {
    Path root = folder.resolve("root");
    Shell.run(List.of("dpkg-deb", "--raw-extract", deb.toString(), root.toString()));
    Path control = root.resolve("DEBIAN/control");
    Files.writeString(
        control,
        Files.readString(control).replaceFirst("(?m)^Version: .*$", "Version: " + VERSION));
    append(root.resolve("usr/lib/bindery/bin/bindery"));
    append(root.resolve("etc/bindery/bindery.yaml"));
    append(root.resolve("etc/default/bindery"));
    Path made = folder.resolve("bindery_" + VERSION + ".deb");
    Shell.run(
        List.of(
            "dpkg-deb",
            "--root-owner-group",
            "-Znone",
            "--build",
            root.toString(),
            made.toString()));
    return made;
  }

  private static void append(Path file) throws IOException {
    Files.writeString(file, Files.readString(file) + MARK + "\n");
  }
}
