package dev.headroom.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The arrows between modules, and the packages that foreign types may not leave. */
class LayoutTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(
              location -> !location.contains("-tests.jar") && !location.contains("/test/"))
          .importPackages("dev.headroom");

  @Test
  void dependenciesPointTowardsStorage() {
    check(noneMayReach("dev.headroom.storage..", "ingest", "query", "forecast", "server"));
    check(noneMayReach("dev.headroom.ingest..", "query", "forecast", "server"));
    check(noneMayReach("dev.headroom.query..", "ingest", "forecast", "server"));
    check(noneMayReach("dev.headroom.forecast..", "ingest", "server"));
  }

  private static ArchRule noneMayReach(String from, String... modules) {
    String[] packages = new String[modules.length];
    for (int i = 0; i < modules.length; i++) {
      packages[i] = "dev.headroom." + modules[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages);
  }

  @Test
  void modulesHaveNoCycles() {
    check(SlicesRuleDefinition.slices().matching("dev.headroom.(*)..").should().beFreeOfCycles());
  }

  @Test
  void nettyStaysInTheReceivers() {
    // io.netty.util holds the attribute key by which Armeria hands values along a request.
    check(staysIn("io.netty.channel..", "dev.headroom.ingest.receiver.."));
    check(staysIn("io.netty.buffer..", "dev.headroom.ingest.receiver.."));
    check(staysIn("io.netty.bootstrap..", "dev.headroom.ingest.receiver.."));
    check(staysIn("io.netty.handler..", "dev.headroom.ingest.receiver.."));
  }

  @Test
  void armeriaStaysInHttpPackages() {
    check(
        staysIn(
            "com.linecorp.armeria..",
            "dev.headroom.ingest.http..",
            "dev.headroom.query.http..",
            "dev.headroom.forecast.report..",
            "dev.headroom.server.."));
  }

  @Test
  void luceneStaysInTheLogStore() {
    check(
        staysIn(
            "org.apache.lucene..",
            "dev.headroom.storage.logs..",
            "dev.headroom.storage.metrics.."));
  }

  @Test
  void arrowStaysInTheMetricStore() {
    check(staysIn("org.apache.arrow..", "dev.headroom.storage.metrics.."));
  }

  @Test
  void tablesawStaysInReports() {
    check(staysIn("tech.tablesaw..", "dev.headroom.forecast.report.."));
  }

  @Test
  void modelsDoNoInputOrOutput() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage("dev.headroom.forecast.model..", "dev.headroom.forecast.series..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net..", "java.sql.."));
  }

  private static ArchRule staysIn(String foreign, String... homes) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(foreign);
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
